"""A register that is being drafted: what the office says of it, and what stands against it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from models.core.access import GROUPS, ROLES, UnknownRole, roles
from models.core.message import Message, _
from services.drafting.wording import Said

# The kinds that a column of an office's form may have, in the words of `models/core/fields.py`.
KINDS: dict[str, Message] = {
    "line": _("one line of writing"),
    "text": _("writing of any length"),
    "person": _("name of a customer or another outside person; masked by role"),
    "phone": _("telephone; masked"),
    "house": _("house number"),
    "identity": _("proof of identity: kind and last four characters; masked"),
    "staff": _("name of a person of the office"),
    "count": _("whole number"),
    "money": _("amount in yuan"),
    "day": _("date"),
    "moment": _("date and time"),
    "tick": _("yes or no"),
    "pick": _("one word of a closed list"),
}
WRITER = "cs_supervisor"  # enters, corrects and voids in every register (docs/spec/README.md, role map)
OPEN, CLOSED, CLOSE = _("Open"), _("Closed"), _("Close")
NEW_ENTRY, ENTRY, CLOSING = _("New entry"), _("What is entered"), _("Closing")
ENTERED_AT, ENTERED_BY, CLOSED_AT, CLOSED_BY = _("Entered at"), _("Entered by"), _("Closed at"), _("Closed by")
STATE, PREPARED, REVIEWED = _("State"), _("Prepared by"), _("Reviewed by")


@dataclass(slots=True)
class DraftField:
    """One column of the form. `heading` is what the office's ledger calls it; `words` are those of a closed list.

    `stands_for` says that it was chosen as the register's own "moment", or as its "subject".
    """

    label: Said
    kind: str
    key: str = ""
    required: bool = False
    listed: bool = False
    heading: str = ""
    words: list[Said] = field(default_factory=list)
    stands_for: str = ""

    @property
    def personal(self) -> bool:
        """Whether its values are masked."""
        return self.kind in ("person", "phone", "identity")


@dataclass(slots=True)
class Draft:
    """All that is asked of a new register.

    `chapter` is new where `chapter_title` is said. `moment` and `subject` are keys of fields; `writer` is the field of
    who entered a record, and `known_by` the one by which a row of the old ledger is known again. Records go through
    `states` in their order, by the `steps` between them.
    """

    chapter: str
    key: str
    title: Said
    clause: str
    fields: list[DraftField]
    chapter_title: Said | None = None
    moment: str = ""
    subject: str = ""
    writer: str = ""
    known_by: str = ""
    prefix: str = ""
    read: str = "staff"
    enter: str = "desk"
    states: list[Said] = field(default_factory=lambda: [Said.of(OPEN), Said.of(CLOSED)])
    steps: list[Said] = field(default_factory=lambda: [Said.of(CLOSE)])

    @property
    def own_fields(self) -> list[DraftField]:
        """The fields that the steps fill: when and by whom a record was closed."""
        if len(self.states) < 2:
            return []
        at, by = Said.of(CLOSED_AT), Said.of(CLOSED_BY)
        return [DraftField(at, "stamp", "closed_at"), DraftField(by, "by_step", "closed_by")]

    @property
    def labels(self) -> Iterator[Said]:
        """Every label and word of the register."""
        yield self.title
        if self.chapter_title is not None:
            yield self.chapter_title
        for each in self.fields:
            yield each.label
            yield from each.words
        yield from (*self.states, *self.steps)

    def field(self, key: str) -> DraftField:
        """The field called `key`; `KeyError` when there is none."""
        found = next((each for each in self.fields if each.key == key), None)
        if found is None:
            raise KeyError(key)
        return found

    def role_of(self, field: DraftField) -> str:
        """Whether a field is the register's own "moment" or its "subject"; else nothing."""
        return {self.subject: "subject", self.moment: "moment"}.get(field.key, "")

    def rights(self) -> dict[str, str]:
        """Who may do what, in words of roles and groups; what is granted to nobody is left out."""
        may = together(self.enter, "lead")
        found = {"read": self.read, "create": self.enter, "edit": self.enter, "void": "lead", "print": may, "export": "lead"}
        found["load"] = WRITER
        if any(each.personal for each in self.fields):
            found |= {"names": may, "unmask": may}
        return found

    def settle_rights(self) -> None:
        """Who leads enters and reads in every register, and who enters reads."""
        self.enter = together(self.enter, WRITER)
        self.read = together(self.read, self.enter, "lead")


def together(*words: str) -> str:
    """Words of roles and groups without those that the others hold already."""
    found: list[str] = []
    for word in " ".join(words).split():
        if not roles(word) <= roles(" ".join(found)):
            found = [each for each in found if not roles(each) <= roles(word)] + [word]
    return " ".join(found)


def against_roles(words: str) -> Message | None:
    """Why rights cannot be given in these words; `None` when they can."""
    known = " ".join((*GROUPS, *(role for role in ROLES if role not in ("auditor", "admin"))))
    try:
        held = roles(words)
    except UnknownRole as unknown:
        return _("“{word}” is neither a role nor a group. Known are: {known}", word=str(unknown), known=known)
    if not held or held & {"auditor", "admin"}:
        return _("Name roles or groups of the office: {known}", known=known)
    return None


def as_answers(draft: Draft) -> dict[str, Any]:
    """A draft as an answers file has it, to be corrected by hand."""
    fields = [
        {
            **({"heading": each.heading} if each.heading else {}),
            "key": each.key,
            "zh": each.label.zh,
            "en": each.label.en,
            "kind": each.kind,
            "required": each.required,
            "listed": each.listed,
            **({"stands_for": role} if (role := draft.role_of(each)) else {}),
            **({"words": [{"zh": word.zh, "en": word.en} for word in each.words]} if each.words else {}),
        }
        for each in draft.fields
    ]
    chapter = {"chapter_zh": draft.chapter_title.zh, "chapter_en": draft.chapter_title.en} if draft.chapter_title else {}
    return {
        "chapter": draft.chapter,
        **chapter,
        "key": draft.key,
        "zh": draft.title.zh,
        "en": draft.title.en,
        "clause": draft.clause,
        "read": draft.read,
        "enter": draft.enter,
        "states": [{"zh": each.zh, "en": each.en} for each in draft.states],
        "steps": [{"zh": each.zh, "en": each.en} for each in draft.steps],
        "fields": fields,
    }
