"""The single papers of a record beside its own form: letters, certificates, notices. A paper is declared, not programmed.

What stands on it is written with `{key}` where a field of the record is to stand, in the words of the paper's language and as
far as its reader may see it. A sentence in which a field is empty is left out; a key alone sets the whole text of that field.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from models.core import actor as actors
from models.core.access import AUDITOR, CONSOLE, UnknownRole, granted, roles
from models.core.documents import reports
from models.core.message import NOTHING, Message, _
from models.core.naming import Found, Shelved, missing
from models.core.signatures import NOT_YOURS

if TYPE_CHECKING:
    from models.core.register import Register

PLACE = re.compile(r"\{([a-z][a-z0-9_.]*)\}")


@dataclass(frozen=True, slots=True)
class Only:
    """Sentences that stand on a paper only where `when` says so of the record."""

    when: Callable[[Any], bool]
    body: tuple[Message | str, ...]


Body = tuple[Message | str | Only, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """What all papers have in common.

    `name` stands in addresses and commands; `report` is the paper of docs/spec/reports.csv that it makes, or several. It is printed once
    the record is `ready`, by whoever may print the register, or only by those of `by` among them. `signed_by` are names of the
    register's places to sign, or words for others; one that `returns` is meant to be signed by hand and brought back. It bears
    the day in the field `dated`, or that of its printing. `notes` stand small at its end, `rule` names the rules that it keeps.
    """

    name: str
    title: Message
    report: str
    clause: str
    ready: Callable[[Any], bool]
    not_ready: Message
    signed_by: tuple[str | Message, ...] = ()
    dated: str = ""
    returns: bool = False
    by: str = ""
    notes: tuple[Message, ...] = ()
    rule: str = ""

    @property
    def written(self) -> Body:
        """Everything that is filled in from the record."""
        return ()

    @property
    def keys(self) -> list[str]:
        """The fields that it shows."""
        return [key for each in sentences(self.written) for key in keys_of(each)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter(Paper):
    """A letter as offices write it (GB/T 9704): to whom, what it says, what is enclosed, from whom and when.

    The `heading` is a sentence or a key, `to` are keys separated by spaces, or words; `or_to` stands where they are empty.
    `letter_number` is the field with the number of the letter itself. `mark` says of a record what stands over the heading,
    such as that a letter corrects another.
    """

    heading: Message | str
    to: str | Message
    or_to: Message = NOTHING
    body: Body
    closing: Message
    letter_number: str = ""
    enclosures: Body = ()
    mark: Callable[[Any], Message | None] | None = None

    @property
    def written(self) -> Body:
        """Everything that is filled in from the record."""
        to = tuple(self.to.split()) if isinstance(self.to, str) else (self.to,)
        return (self.heading, *to, *self.body, *self.enclosures, self.letter_number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate(Paper):
    """What a record proves: facts in ruled cells, sentences, cells to write in, places to sign."""

    facts: str
    sentences: Body
    writing: str = ""

    @property
    def written(self) -> Body:
        """Everything that is filled in from the record."""
        return (*self.facts.split(), *self.sentences, *self.writing.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Poster(Paper):
    """A notice for the boards. `plainly` stands in a frame that nobody overlooks; `in_colour` says which are printed in colour."""

    heading: Message | str
    to: Message
    body: Body
    closing: Message
    plainly: Body = ()
    valid_until: str = ""
    in_colour: Callable[[Any], bool] | None = None

    @property
    def written(self) -> Body:
        """Everything that is filled in from the record."""
        return (self.heading, *self.body, *self.plainly, self.valid_until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Commendation(Paper):
    """A sheet in a frame that thanks somebody: their name, what they are thanked for, and in small what they have done."""

    to: str
    body: Body
    deed: Body = ()

    @property
    def written(self) -> Body:
        """Everything that is filled in from the record."""
        return (*self.to.split(), *self.body, *self.deed)


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedReport(Paper):
    """What a record of a report has counted, with pictures: figures, tables, the texts of those who drew it up."""


def sentences(body: Body, row: Any = None) -> Iterator[Message | str]:
    """The sentences and keys of a body: all that there may be, or those that stand on the paper of a record."""
    for each in body:
        if not isinstance(each, Only):
            yield each
        elif row is None or each.when(row):
            yield from each.body


def keys_of(sentence: Message | str) -> list[str]:
    """The fields that a sentence names, in its order; a key is its own."""
    return PLACE.findall(sentence.text) if isinstance(sentence, Message) else [sentence] if sentence else []


def declared(register: type[Register], name: str) -> Paper | None:
    """The paper of a register called `name`."""
    return next((each for each in register.prints if each.name == name), None)


def against(row: Register, paper: Paper) -> Message | None:
    """Why the current actor may not print the paper of the record now; `None` when nothing stands against it."""
    actor = actors.current()
    if actor is None or row.site_id not in actor.site_ids or not granted(type(row), "print", actor.role):
        return NOT_YOURS
    if paper.by and actor.role not in roles(paper.by) | {AUDITOR, CONSOLE}:
        return NOT_YOURS
    if row.voided_at is not None:
        return _("The record is void.")
    return None if paper.ready(row) else paper.not_ready


# Start-up checks -----------------------------------------------------------------------


def papers_known(register: type[Register], shelf: Shelved) -> Found:
    """The papers of a register name fields and places to sign that there are, and days that are days."""
    slots = {slot.name for slot in register.slots}
    for paper in register.prints:
        where = f"{register.key} paper “{paper.name}”"
        yield from missing(register, shelf, where, (*paper.keys, paper.dated))
        for place in paper.signed_by:
            if isinstance(place, str) and place not in slots:
                yield where, f"there is no place to sign “{place}”. Add it to slots, or name one that there is."
        day = register.fields().get(paper.dated)
        if day is not None and day.kind not in ("day", "moment"):
            yield where, f"“{paper.dated}” is no day. Name a field that is declared with fields.day() or a moment."
        for each in paper.report.split():
            if each not in reports():
                yield where, f"“{each}” is not in docs/spec/reports.csv. Correct the id."
        yield from _printers_known(register, where, paper.by)


def _printers_known(register: type[Register], where: str, by: str) -> Found:
    try:
        others = roles(by) - register.access.grants("print")
    except UnknownRole as unknown:
        yield where, f"“{unknown}” is neither a role nor a group. See ROLES and GROUPS in models/core/access.py."
        return
    if others:
        yield where, f"{', '.join(sorted(others))} may not print this register. Name some of those who may."


def paper_names_apart(registers: Sequence[type[Register]]) -> Found:
    """No two papers have one name: it tells alone which paper is meant, and of which register."""
    holders: dict[str, list[str]] = {}
    for register in registers:
        for paper in register.prints:
            holders.setdefault(paper.name, []).append(register.key)
    for name, keys in holders.items():
        if len(keys) > 1:
            yield ", ".join(keys), f"more than one paper is called “{name}”. Rename one."
