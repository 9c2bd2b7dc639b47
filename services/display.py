"""The one door from a stored value to its reader: list, details, history, export and print all pass here.

Names and telephones are masked by role (PIPL art. 51): a name for those who do not deal with
residents, a telephone for everybody until a reason is given.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from models.core.access import CONSOLE, CS_SUPERVISOR
from models.core.deadlines import PAUSED
from models.core.fields import Field, meant
from models.core.message import Message, _, language
from models.core.register import REGISTERS, Register
from models.core.rulebook import keeps
from models.core.signatures import Signature, Slot
from models.core.taken_over import day_alone

YES, NO = _("Yes"), _("No")
NOT_STATED = _("Not stated")  # by the ledger from which a row was taken over
NOT_SAID = _("Not entered")


def silence(field: Field) -> Message:
    """The word for rows that say nothing of a field."""
    return NOT_STATED if field.unsayable else NOT_SAID


def masked_name(value: str) -> str:
    """李雪梅 → 李**; a name of Latin letters keeps its first letter."""
    return value[:1] + "**" if value else ""


def masked_phone(value: str) -> str:
    """13802564712 → 138****4712; a shorter number keeps its last four digits at most, and of several each is masked."""
    if "/" in value:
        return "/".join(masked_phone(each) for each in value.split("/"))
    digits = re.sub(r"\D", "", value)
    if len(digits) >= 11:
        return f"{digits[:3]}****{digits[-4:]}"
    return "****" + (digits[-4:] if len(digits) > 6 else "")


def masked(field: Field, value: str) -> str:
    """A personal value as it is shown to those who may not read it."""
    return masked_phone(value) if field.kind == "phone" else masked_name(value) if field.kind == "person" else "****"


@keeps("RULE-021")
def reads(register: type[Register], field: Field, role: str) -> bool:
    """Whether `role` reads `field` in clear, and so may search, filter and sort by it; a table is masked column by column.

    The console is masked like a supervisor.
    """
    if not field.personal or field.lines is not None:
        return True
    if field.kind == "phone":
        return False
    return (CS_SUPERVISOR if role == CONSOLE else role) in register.access.grants("names")


def hides(register: type[Register], field: Field, role: str) -> bool:
    """Whether `role` sees `field`, or a column of the table in it, masked."""
    columns = field.lines.columns.values() if field.lines is not None else (field,)
    return any(not reads(register, column, role) for column in columns)


def unmasks(register: type[Register], field: Field, role: str) -> bool:
    """Whether `role` sees a personal value in clear in `field`, or in a column of the table in it."""
    columns = field.lines.columns.values() if field.lines is not None else (field,)
    return any(column.personal and reads(register, column, role) for column in columns)


def in_clear(field: Field, value: Any) -> str:
    """A personal value as it was written; the lines of a table one under the other."""
    if field.lines is None:
        return str(value or "")
    return "\n".join(" ".join(str(each) for each in line.values() if each not in (None, "")) for line in value or ())


SIGNER = Field(kind="person", key="person", label=_("Signed by"), personal=True)


def reads_names(registers: Iterable[str], role: str) -> bool:
    """Whether `role` reads the names of customers in every one of these registers, named by their keys."""
    return all(reads(REGISTERS[key], SIGNER, role) for key in registers)


def unnamed(register: type[Register], slot: Slot, role: str) -> bool:
    """Whether who signs at a place is masked for `role`, as the names of customers are when the person is none of the office."""
    return slot.outside and not reads(register, SIGNER, role)


def signer(register: type[Register], slot: Slot, signature: Signature, reader: Reader) -> str:
    """The name at a place to sign, masked where who signs there is."""
    return masked_name(signature.name) if unnamed(register, slot, reader.role) else signature.name


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: a role, a language (`zh`, `en`) and the zone of the site."""

    role: str
    language: str
    zone: ZoneInfo

    def text(self, register: type[Register], field: Field, value: Any, *, taken_over: bool = False) -> str:
        """A stored value of a row that may have been `taken_over`, as this reader sees it; nothing is an empty string."""
        if field.kind == "moment":
            return self.moment(value, taken_over=taken_over)
        return self.formatter(register, field)(value)

    def formatter(self, register: type[Register], field: Field) -> Callable[[Any], str]:
        """A function from the stored values of one field to what this reader sees, for long lists."""
        if field.lines is not None:
            return lambda value: "；".join(self._in_one(field, cells) for cells in self.lines(register, field, value))
        if field.personal and not reads(register, field, self.role):
            unsaid = NOT_STATED.say(self.language) if field.unsayable else ""
            return lambda value: masked(field, value) if value else unsaid if value == "" else ""
        match field.kind:
            case "moment":
                return self.moment
            case "day":
                return lambda value: value.isoformat() if value else ""
            case "pick" | "state":
                words = {choice.value: choice.label.say(self.language) for choice in field.choices or ()}
                if field.unsayable:
                    words[""] = NOT_STATED.say(self.language)
                return lambda value: words.get(value, value or "")
            case "tick":
                yes, no = YES.say(self.language), NO.say(self.language)
                return lambda value: "" if value is None else yes if value else no
            case "money":
                return lambda value: "" if value is None else f"{value:,.2f}"
            case "record":
                return lambda value: value.split("/", 2)[2] if value else ""
            case "staff" | "phone" if field.unsayable:
                said = NOT_STATED.say(self.language)
                return lambda value: "" if value is None else str(value) or said
            case _:
                return lambda value: "" if value is None else str(value)

    def lines(self, register: type[Register], field: Field, value: list[dict[str, Any]] | None) -> list[list[str]]:
        """The table in a field as this reader sees it: for each line the texts of its columns; a column is masked as a field is."""
        assert field.lines is not None
        columns = field.lines.columns
        say = {key: self.formatter(register, column) for key, column in columns.items()}
        return [[say[key](meant(column, line.get(key))) for key, column in columns.items()] for line in value or ()]

    def _in_one(self, field: Field, cells: list[str]) -> str:
        """A line of a table as one text; a bare yes or no says of what."""
        assert field.lines is not None
        said = zip(field.lines.columns.values(), cells, strict=True)
        return " ".join(f"{column.label.say(self.language)}: {cell}" if column.kind == "tick" else cell for column, cell in said if cell)

    def moment(self, value: datetime | None, *, taken_over: bool = False) -> str:
        """A moment in the site's own time, to the minute; of a row `taken_over` without its hour, the day alone."""
        if value is None:
            return ""
        day = day_alone(value, self.zone) if taken_over else None
        return day.isoformat() if day is not None else value.astimezone(self.zone).strftime("%Y-%m-%d %H:%M")

    def short_moment(self, value: datetime | None, this_year: int, *, taken_over: bool = False) -> str:
        """A moment as a list shows it: without the year when it is this one."""
        return self.moment(value, taken_over=taken_over).removeprefix(f"{this_year}-")

    def iso_moment(self, told: str) -> str:
        """A moment that is kept as ISO text, as an answer of a report is: one of a day alone is that day."""
        return told if len(told) == len("2026-01-31") else self.moment(datetime.fromisoformat(told))

    def of(self, row: Register, key: str) -> str:
        """The field `key` of a row, read through a link where the key has a dot."""
        cls, owner = type(row), row
        *path, last = key.split(".")
        for step in path:
            owner = getattr(owner, step)
            if owner is None:
                return ""
            cls = type(owner)
        field = cls.field(last)
        if field.kind == "link":
            linked = getattr(owner, field.key)
            return linked.number if linked is not None else ""
        return self.text(cls, field, owner.get(last), taken_over=owner.taken_over)

    def kept(self, register: type[Register], field: Field, value: Any, *, taken_over: bool = False) -> str:
        """A value as the trail keeps it (text, number or truth), of a row that may have been `taken_over`, as this reader sees it."""
        if value is None or value == "":
            return ""
        match field.kind:
            case "moment":
                return self.moment(datetime.fromisoformat(value), taken_over=taken_over)
            case "day":
                return date.fromisoformat(value).isoformat()
            case "money":
                return self.text(register, field, Decimal(value))
            case "grid" if isinstance(value, str):
                return self.text(register, field, json.loads(value))
        return self.text(register, field, value)


def span(length: timedelta) -> Message:
    """How long: in days and hours, hours and minutes, or minutes."""
    minutes = max(0, int(length.total_seconds() // 60))
    if minutes >= 2880:
        return _("{d} d {h} h", d=minutes // 1440, h=minutes % 1440 // 60)
    if minutes >= 60:
        return _("{h} h {m} min", h=minutes // 60, m=minutes % 60)
    return _("{m} min", m=minutes)


@dataclass(frozen=True, slots=True)
class Hand:
    """How a clock stands for a reader: its words and its tone (`""`, `soon`, `late`, `met`)."""

    name: str
    text: str
    tone: str


SOON = timedelta(hours=3)


def hand(name: Message, due_at: datetime | None, met_at: datetime | None, now: datetime, waits_for: str | None = None) -> Hand:
    """How a clock stands at the moment `now`: time left, late, kept, or met late; late stays late. Without a moment it waits."""
    if due_at is None:
        return Hand(str(name), str(held(waits_for)), "met" if met_at is not None else "")
    if met_at is not None:
        if met_at <= due_at:
            return Hand(str(name), str(_("kept")), "met")
        return Hand(str(name), str(_("{span} late", span=span(met_at - due_at))), "late")
    if due_at < now:
        return Hand(str(name), str(_("{span} late", span=span(now - due_at))), "late")
    return Hand(str(name), str(_("{span} left", span=span(due_at - now))), "soon" if due_at - now < SOON else "")


def held(waits_for: str | None) -> Message:
    """Why a clock has no moment at which it is due: it was paused, or the working days of its year are not loaded."""
    if waits_for is None or waits_for == PAUSED:
        return _("paused")
    return _("waits for the calendar of {year}", year=waits_for)


def reader(role: str, zone: str) -> Reader:
    """The reader of the moment: `role` in the zone named `zone` (IANA), in the language of the moment."""
    return Reader(role, language(), ZoneInfo(zone))
