"""What writes a paper: the values of records for one reader in both languages, and what every paper bears."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from models.core import actor as actors
from models.core.fields import Field
from models.core.message import Message, _
from models.core.papers import PLACE
from models.core.places import Site
from models.core.register import REGISTERS, Register
from models.core.session import now
from services import trail
from services.display import SIGNER, Reader, hides, reads, unmasks
from services.papers.paper import Cell, Column, Table
from services.papers.terms import LINE, Said

# These read differently in the two languages; all else is the same in both.
WORDED = ("pick", "state", "tick")
MASKED = _("Names and telephones are masked for the person who printed this.")
MOST_BOXES = 8


def pair(message: Message) -> tuple[str, str]:
    """A message in Chinese and English."""
    return message.say("zh"), message.say("en")


class Pen:
    """Writes the values of records for one reader, in both languages where they differ."""

    def __init__(self, reader: Reader) -> None:
        self.readers = (replace(reader, language="zh"), replace(reader, language="en"))
        self.reader = reader

    def said(self, row: Register, key: str) -> Said:
        """The field `key` of a row; a key with a dot is read through the link."""
        if type(row).field(key).kind not in WORDED:
            return self.readers[0].of(row, key)
        zh, en = (each.of(row, key) for each in self.readers)
        return zh, en

    def filled(self, row: Register, sentence: Message | str) -> Said:
        """A sentence with what the record has in its places, or a key's own text; nothing while one of them is empty."""
        if isinstance(sentence, str):
            return self.said(row, sentence)
        values = {key: self.in_words(row, key) for key in PLACE.findall(sentence.text)}
        if not all(any(each) for each in values.values()):
            return ""
        zh, en = (
            PLACE.sub(lambda place, side=side: values[place[1]][side] or values[place[1]][1 - side], said)  # type: ignore[misc]
            for side, said in enumerate(pair(sentence))
        )
        return zh, en

    def in_words(self, row: Register, key: str) -> tuple[str, str]:
        """The field `key` as a sentence says it, in both languages: of a moment the day, as letters write it."""
        if type(row).field(key).kind in ("day", "moment"):
            return long_day(row.get(key), self.reader)
        said = self.said(row, key)
        return (said, said) if isinstance(said, str) else said

    def masks(self, register: type[Register], keys: Iterable[str]) -> bool:
        """Whether this reader sees any of the fields masked."""
        return any(hides(*_owner(register, key), self.reader.role) for key in keys)

    def names(self, register: type[Register], keys: Iterable[str]) -> tuple[str, ...]:
        """The keys of the registers whose customers this reader sees named on a paper of these fields, as signers too."""
        owners = [_owner(register, key) for key in keys]
        found = {owner.key for owner, field in owners if unmasks(owner, field, self.reader.role)}
        outside = any(slot.outside for slot in register.slots) and reads(register, SIGNER, self.reader.role)
        return tuple(sorted({*found, register.key} if outside else found))


def long_day(day: date | datetime | None, reader: Reader) -> tuple[str, str]:
    """A day as letters write it, at the site of the reader: 2026年3月12日, 12 March 2026."""
    if day is None:
        return "", ""
    own = day.astimezone(reader.zone) if isinstance(day, datetime) else day
    return f"{own.year}年{own.month}月{own.day}日", f"{own.day} {own:%B %Y}"


def _owner(register: type[Register], key: str) -> tuple[type[Register], Field]:
    link, dot, rest = key.partition(".")
    return _owner(REGISTERS[register.fields()[link].target], rest) if dot else (register, register.field(key))


def common(
    session: Session | None, title: Message, site: Site, reader: Reader, *, masked: bool, names: tuple[str, ...] = ()
) -> dict[str, Any]:
    """What every paper has in common; `session` is `None` for one without a witness of the trail."""
    actor = actors.current()
    end = trail.tail(session) if session is not None else None
    return {
        "title_zh": title.say("zh"),
        "title_en": title.say("en"),
        "organisation_zh": f"{site.company.name} {site.name}",
        "organisation_en": f"{site.company.name_en or site.company.name}, {site.name_en or site.name}",
        "masking_note": pair(MASKED) if masked else "",
        "names": names,
        "printed_at": now().astimezone(reader.zone),
        "printed_by": actor.name if actor else "",
        "trail": (end.seq, end.digest) if end else None,
    }


CENTRED = ("number", "moment", "day", "count", "tick", "pick", "state", "phone")
PUBLIC = ("number", "moment", "day", "count", "tick", "pick", "state", "score")  # kinds that tell of no person
BLANK_LINES = 4  # of a table that is filled in by hand
SIGN = 3.0  # millimetres of a Chinese character beside its box


def table_cell(field: Field, register: type[Register], value: list[dict[str, Any]] | None, pen: Pen, *, blank: bool) -> Cell:
    """A table inside a form: its lines, or on an empty form the printed ones and a few to write in."""
    assert field.lines is not None
    columns = field.lines.columns
    heads = tuple(Column(key, *pair(each.label), each.width, "center" if each.kind in CENTRED else "left") for key, each in columns.items())
    printed = field.default() if blank and field.each and field.default is not None else None
    lines = printed if blank else value
    said = [reader.lines(register, field, lines) for reader in pen.readers]
    made = tuple(
        tuple(_line_cell(field, column, (zh, en), line.get(key)) for (key, column), zh, en in zip(columns.items(), *texts, strict=True))
        for line, *texts in zip(lines or (), *said, strict=True)
    )
    if field.lines.numbered:
        heads, made = (line_column(), *heads), tuple((Cell("", "", str(n)), *line) for n, line in enumerate(made, 1))
    return Cell(*pair(field.label), span=12, table=Table(heads, made, BLANK_LINES if blank and not printed else 0))


def line_column() -> Column:
    """The column that numbers the lines of a sheet."""
    return Column("line", *LINE, 9, "center")


def _line_cell(field: Field, column: Field, said: tuple[str, str], value: Any) -> Cell:
    """A tick is a box; a word of a closed list is ticked among the others where the column is wide enough for all."""
    if column.kind == "tick":
        return Cell("", "", boxes=(("", "", value is True),))
    if column.choices is not None and column.key != field.each:
        signs = sum(len(choice.label.say("zh")) + 2 for choice in column.choices)
        if signs * SIGN <= column.width:
            return Cell("", "", boxes=tuple((*pair(choice.label), value == choice.value) for choice in column.choices))
    return Cell("", "", said)


def cell(field: Field, said: Said, value: Any, *, ticked: bool = True) -> Cell:
    """A cell of a form, as wide and high as its kind of field wants.

    Closed lists are boxes to tick; unless `ticked`, the word alone stands there.
    """
    boxes: tuple[tuple[str, str, bool], ...] = ()
    if ticked and field.kind == "tick":
        boxes = ((*pair(_("Yes")), value is True), (*pair(_("No")), value is False))
    elif ticked and field.kind == "pick" and field.choices is not None and len(field.choices) <= MOST_BOXES:
        boxes = tuple((*pair(choice.label), value == choice.value) for choice in field.choices)
    signs = sum(len(zh) + 3 for zh, _en, _ticked in boxes)
    wide = field.kind == "text" or (field.kind == "line" and field.longest >= 120) or signs > 22
    tall = 3 if field.kind == "text" else 1
    return Cell(*pair(field.label), "" if boxes else said, 12 if wide else 6, tall, boxes, public=is_public(field))


def is_public(field: Field) -> bool:
    """Whether a field tells of no person, so that a stranger with the paper in hand may see what is stored."""
    return field.kind in PUBLIC and not field.personal
