"""One record as its own paper form, and the empty form of a register."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from models.core import signatures
from models.core.message import Message, _
from models.core.places import Site
from models.core.register import Register
from models.core.sheet import Part as Section
from services import attachments, corrections, ink, site_settings
from services.bookkeeping import require
from services.display import Reader, signer, unnamed
from services.papers import volumes
from services.papers.manuscript import Manuscript
from services.papers.paper import Cell, Form, Paper, Part, Signature
from services.papers.pen import Pen, cell, common, pair, table_cell
from services.papers.terms import Said

Struck = dict[str, tuple[Said, ...]]
NAMED = 5  # fields in one sentence
CHANGED = _("Changed after it was signed")
CHANGES = _("“{slot}” was signed {at}. Changed after signing: {fields}. What was signed and what stands now are both shown at the code.")
ADDITIONS = _("“{slot}” was signed {at}. Filled in after signing, and not signed: {fields}.")


def late(row: Register, reader: Reader) -> bool:
    """Whether a record was entered on a later day than that of its own moment; one taken over is not late."""
    moment = getattr(row, row.about.moment)
    if row.taken_over or moment is None:
        return False
    own = moment.astimezone(reader.zone).date() if isinstance(moment, datetime) else moment
    return bool(row.created_at.astimezone(reader.zone).date() > own)


def form(session: Session, row: Register, site: Site, reader: Reader) -> Manuscript:
    """One record as its own paper form. Raises `Refused` without the right to print."""
    register = type(row)
    require(register, "print", row)
    pen = Pen(reader)
    keys = [key for part in register.parts for key in part.keys.split()]
    void_note = f"{row.void_reason} {row.voided_by} {reader.moment(row.voided_at)}" if row.voided_at else ""
    paper = Form(
        number=row.number,
        head=(
            Cell(*pair(_("Site")), (f"{site.name} {site.code}", f"{site.named('en')} {site.code}")),
            Cell(*pair(register.fields()["state"].label), pen.said(row, "state")),
        ),
        parts=_parts(register, pen, row, _struck(session, row, reader)),
        signed_by=_signed(session, row, reader),
        notes=(*(pair(note) for note in register.sheet.notes), *since_signing(row, register.slots, reader), *_enclosed(session, row)),
        place=volumes.place(row),
        entered=reader.moment(row.created_at),
        copies=_copies(register),
        void=row.voided_at is not None,
        void_note=void_note,
        late=late(row, reader),
        created=row.created_at,
        **common(session, register.about.title, site, reader, masked=pen.masks(register, keys), names=pen.names(register, keys)),
    )
    return about_record(paper, row, "form", register.about.title, returns=bool(register.slots) and signatures.waiting(row) is not None)


def about_record(paper: Paper, row: Register, kind: str, title: Message, *, returns: bool) -> Manuscript:
    """A paper of `kind` about one record, ready to be issued."""
    return Manuscript(
        paper=paper, kind=kind, title=title, register=row.key, site_id=row.site_id, number=row.number,
        record_id=row.id, version=row.version, returns=returns,
    )  # fmt: skip


def blank(register: type[Register], site: Site, reader: Reader) -> Form:
    """The empty form of a register, to fill in by hand; it is not issued. Raises `Refused` without the right to print."""
    require(register, "print")
    pen = Pen(reader)
    return Form(
        parts=_parts(register, pen, None),
        signed_by=_places(register),
        notes=tuple(pair(note) for note in register.sheet.notes),
        copies=_copies(register),
        blank=True,
        **common(None, register.about.title, site, reader, masked=False),
    )


def _places(register: type[Register]) -> tuple[tuple[str, str], ...]:
    """The places to sign of a form; a book whose rows are not signed one by one is signed at the foot of its page."""
    return tuple(pair(slot.label) for slot in register.slots) or tuple(pair(place) for place in register.sheet.signed_by)


def _signed(session: Session, row: Register, reader: Reader) -> tuple[Any, ...]:
    """The places to sign of a record, with who signed, when and how; with the title where the site has one for the post."""
    register, signed = type(row), signatures.standing(row)
    if not register.slots:
        return _places(register)
    places = [slot for slot in register.slots if slot.asked_of(row) or slot.name in signed]
    return tuple(signature(session, row, slot, signed.get(slot.name), reader) for slot in places)


def signature(session: Session, row: Register, slot: signatures.Slot, signed: signatures.Signature | None, reader: Reader) -> Signature:
    """A place to sign of a record, with who signed there, when and how; who is masked is not shown by his hand either."""
    if signed is None:
        return Signature(*pair(slot.label))
    title = site_settings.title(session, row.site_id, signed.role)
    day = signed.signed_at.astimezone(reader.zone).strftime("%Y-%m-%d")
    way = pair(signatures.Way.labelled(signed.way))
    name = f"{title} {signer(type(row), slot, signed, reader)}".strip()
    drawn = ink.svg(signed.ink) if signed.ink and not unnamed(type(row), slot, reader.role) else b""
    later = pair(CHANGED) if signatures.changed_since(row, signed) else ""
    return Signature(*pair(slot.label), name, day, drawn, way, later)


def since_signing(row: Register, slots: Iterable[signatures.Slot], reader: Reader) -> tuple[tuple[str, str], ...]:
    """What was changed and what was filled in after each of these places was signed, in sentences for the foot of a paper."""
    standing, found = signatures.standing(row), list[tuple[str, str]]()
    for slot in slots:
        if (signed := standing.get(slot.name)) is not None:
            for told, keys in ((CHANGES, [*signatures.changed_since(row, signed)]), (ADDITIONS, signatures.added_since(row, signed))):
                if keys:
                    found.append(_since(told, slot, reader.moment(signed.signed_at), [type(row).field(key).label for key in keys]))
    return tuple(found)


def _since(told: Message, slot: signatures.Slot, at: str, labels: list[Message]) -> tuple[str, str]:
    """One such sentence in both languages; of many fields the first are named."""
    more = pair(_(" and {n} more", n=len(labels) - NAMED)) if len(labels) > NAMED else ("", "")
    zh, en = (
        Message(told.text, slot=slot.label, at=at, fields=between.join(each.say(code) for each in labels[:NAMED]) + rest).say(code)
        for code, between, rest in zip(("zh", "en"), ("、", ", "), more, strict=True)
    )
    return zh, en


def _enclosed(session: Session, row: Register) -> tuple[tuple[str, str], ...]:
    """How many photos and scans hang on the record, and the beginnings of their digests; a file name may name a person."""
    digests = [each.digest for each in attachments.listed(session, row)]
    return (pair(_("Attachments: {n}; digests {digests}", n=len(digests), digests=", ".join(digests))),) if digests else ()


def _copies(register: type[Register]) -> tuple[tuple[str, str], ...]:
    """What each copy of a form is for, numbered."""
    return tuple(pair(_("Copy {n}: {name}", n=n, name=name)) for n, name in enumerate(register.sheet.copies, 1))


def _struck(session: Session, row: Register, reader: Reader) -> Struck:
    """What was corrected after the record was closed, by field: the old words, who corrected them and when."""
    found: Struck = {}
    for each in corrections.of(session, type(row), [row.id], reader).get(row.id, []):
        for key, old in each.before.items():
            found[key] = (*found.get(key, ()), f"{old or '/'}　{each.who} {each.at}")
    return found


def _parts(register: type[Register], pen: Pen, row: Register | None, struck: Struck | None = None) -> tuple[Part, ...]:
    """The parts of a form with their cells; a part without any is left out."""
    found = ((*pair(part.title), tuple(_cells(register, part, pen, row, struck or {}))) for part in register.parts)
    return tuple(each for each in found if each[2])


def _cells(register: type[Register], part: Section, pen: Pen, row: Register | None, struck: Struck) -> Iterator[Cell]:
    """The cells of a part. What the register alone writes stands there once it is written, and on an empty form where a
    clause asks for it.

    A link to the record of the same number is not repeated: the number stands at the head.
    """
    for key in part.keys.split():
        field = register.field(key)
        value = row.get(key) if row is not None else None
        if field.shares_number:
            continue
        by_the_register = (field.by_step or field.system) and not (field.clause and (row is None or field.system))
        if value is None and by_the_register and "." not in key:
            continue
        if field.lines is not None:
            yield table_cell(field, register, value, pen, blank=row is None)
            continue
        drawn = cell(field, pen.said(row, key) if row is not None else "", value)
        yield replace(drawn, struck=struck[key]) if key in struck else drawn
