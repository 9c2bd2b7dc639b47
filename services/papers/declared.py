"""The single papers of a record as plain data, made from what its register declares."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from models.core import papers, signatures
from models.core.access import Refused
from models.core.message import Message, _
from models.core.places import Site
from models.core.register import Register
from models.core.session import now
from models.reports import StatisticalReport
from services.display import Reader
from services.papers import paper
from services.papers.forms import about_record, signature, since_signing
from services.papers.manuscript import Manuscript
from services.papers.pen import Pen, cell, common, long_day, pair
from services.papers.terms import Said
from services.reporting.paper import notes, of_record

# What all papers of a record share, by the names of `Paper`.
Shared = dict[str, Any]


def declared(session: Session, name: str, row: Register, site: Site, reader: Reader) -> Manuscript:
    """The paper `name` of a record.

    Raises `KeyError` when its register declares none of that name, and `Refused` without the right or before it is ready.
    """
    register, made = type(row), papers.declared(type(row), name)
    if made is None:
        raise KeyError(name)
    reason = papers.against(row, made)
    if reason is not None:
        raise Refused(reason, register=row.key, action=f"paper {name}", record_id=row.id)
    pen, signed = Pen(reader), signatures.standing(row)
    shared: Shared = {
        **common(session, made.title, site, reader, masked=pen.masks(register, made.keys), names=pen.names(register, made.keys)),
        "number": row.number,
        "created": row.created_at,
        "notes": (*(pair(note) for note in made.notes), *since_signing(row, _slots(row, made.signed_by), reader)),
        "signed_by": tuple(_place(session, row, place, signed, reader) for place in made.signed_by),
    }
    unsigned = [place for place in made.signed_by if not isinstance(place, str) or place not in signed]
    return about_record(MAKERS[type(made)](made, row, pen, shared), row, name, made.title, returns=made.returns and bool(unsigned))


def _slots(row: Register, places: Iterable[str | Message]) -> list[signatures.Slot]:
    """The places of the record among those of a paper."""
    return [slot for slot in type(row).slots if slot.name in places]


def _place(session: Session, row: Register, place: str | Message, signed: dict[str, signatures.Signature], reader: Reader) -> Any:
    """A place to sign: one of the record, with who signed there, or words for another."""
    if isinstance(place, Message):
        return paper.Signature(*pair(place))
    slot = type(row).signing_place(place)
    assert slot is not None
    return signature(session, row, slot, signed.get(place), reader)


def _letter(made: papers.Letter, row: Register, pen: Pen, shared: Shared) -> paper.Letter:
    mark = made.mark(row) if made.mark else None
    return paper.Letter(
        **_headed(made.heading, row, pen, shared),
        letter_number=str(row.get(made.letter_number) or "") if made.letter_number else "",
        mark=pair(mark) if mark else "",
        recipient=_recipient(made.to, row, pen) or pair(made.or_to),
        paragraphs=_paragraphs(made.body, row, pen),
        closing=pair(made.closing),
        enclosures=_paragraphs(made.enclosures, row, pen),
        issued=_issued(made, row, pen),
    )


def _certificate(made: papers.Certificate, row: Register, pen: Pen, shared: Shared) -> paper.Certificate:
    def cells(keys: str) -> tuple[paper.Cell, ...]:
        return tuple(cell(type(row).field(key), pen.said(row, key), row.get(key), ticked=False) for key in keys.split())

    return paper.Certificate(
        **shared,
        facts=cells(made.facts),
        paragraphs=_paragraphs(made.sentences, row, pen),
        parts=(("", "", cells(made.writing)),) if made.writing else (),
        issued_at=_day(made, row, pen),
    )


def _poster(made: papers.Poster, row: Register, pen: Pen, shared: Shared) -> paper.Poster:
    return paper.Poster(
        **_headed(made.heading, row, pen, shared),
        recipient=pair(made.to),
        paragraphs=_paragraphs(made.body, row, pen),
        plainly=_paragraphs(made.plainly, row, pen),
        closing=pair(made.closing),
        valid_until=pen.in_words(row, made.valid_until) if made.valid_until else "",
        colour=made.in_colour is not None and made.in_colour(row),
        issued=_issued(made, row, pen),
    )


def _commendation(made: papers.Commendation, row: Register, pen: Pen, shared: Shared) -> paper.Commendation:
    return paper.Commendation(
        **shared,
        recipient=_recipient(made.to, row, pen),
        paragraphs=_paragraphs(made.body, row, pen),
        deed=_paragraphs(made.deed, row, pen),
        issued=_issued(made, row, pen),
    )


def _counted_report(made: papers.CountedReport, row: Register, pen: Pen, shared: Shared) -> paper.Report:
    """What the record has counted, with its words and signatures; a place that the documents do not ask for is left out unsigned."""
    assert isinstance(row, StatisticalReport)
    of, told = of_record(row, pen.reader)
    places = [
        place
        for name, place in zip(made.signed_by, shared["signed_by"], strict=True)
        if row.terms.reviewed or name != "reviewer" or place.name
    ]
    if row.terms.company:
        day = row.company_approved_on.isoformat() if row.company_approved_on else ""
        places.append(paper.Signature(*pair(_("Approved by the general manager of the company")), day=day))
    zh, en = pair(of.report.title)
    return paper.Report(
        **{
            **shared,
            **told,
            "title_zh": zh,
            "title_en": en,
            "signed_by": tuple(places),
            "notes": (*notes(of.report), *shared["notes"]),
        }
    )


MAKERS: dict[type[papers.Paper], Callable[[Any, Register, Pen, Shared], paper.Paper]] = {
    papers.Letter: _letter,
    papers.Certificate: _certificate,
    papers.Poster: _poster,
    papers.Commendation: _commendation,
    papers.CountedReport: _counted_report,
}


def _headed(heading: Message | str, row: Register, pen: Pen, shared: Shared) -> Shared:
    """What is shared, with what the paper is about for its title."""
    said = pen.filled(row, heading)
    zh, en = (said, said) if isinstance(said, str) else said
    return {**shared, "title_zh": zh, "title_en": en} if zh else shared


def _recipient(to: str | Message, row: Register, pen: Pen) -> Said:
    if isinstance(to, Message):
        return pen.filled(row, to)
    named = [each for each in (pen.in_words(row, key) for key in to.split()) if any(each)]
    return ("　".join(zh for zh, _en in named), "　".join(en for _zh, en in named)) if named else ""


def _paragraphs(body: papers.Body, row: Register, pen: Pen) -> tuple[Said, ...]:
    return tuple(each for sentence in papers.sentences(body, row) for each in _lines(pen.filled(row, sentence)))


def _lines(said: Said) -> Iterator[Said]:
    """A text that somebody wrote in several lines is as many paragraphs."""
    if isinstance(said, tuple):
        yield from (said,) if any(said) else ()
        return
    yield from (line.strip() for line in said.splitlines() if line.strip())


def _day(made: papers.Paper, row: Register, pen: Pen) -> date:
    """The day that the paper bears: that of the record, or today."""
    day = (row.get(made.dated) if made.dated else None) or now()
    return day.astimezone(pen.reader.zone).date() if isinstance(day, datetime) else day


def _issued(made: papers.Paper, row: Register, pen: Pen) -> Said:
    return long_day(_day(made, row, pen), pen.reader)
