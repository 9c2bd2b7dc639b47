"""What the templates draw: plain objects, made by the views, without a request or a query in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from models.core import documents
from models.core.choice import Choice
from models.core.fields import Field
from models.core.message import Message, _, language
from models.core.register import Register
from models.core.rulebook import columns


@dataclass(slots=True)
class Button:
    """One thing to press. The first `primary` one of a page is its next step; a grey one says `why` beside it."""

    label: Message | str
    url: str = ""
    icon: str = ""
    primary: bool = False
    method: str = "get"
    name: str = ""
    disabled: bool = False
    why: Message | str = ""
    dialog: bool = False


@dataclass(slots=True)
class State:
    """A state as a word and a ring that fills."""

    label: str
    ring: str


@dataclass(slots=True)
class Cell:
    """One cell of a list."""

    kind: str
    text: str
    url: str = ""
    title: str = ""


@dataclass(slots=True)
class Row:
    """One row of a list, and the same on a phone as a card of `subject` and `line`."""

    id: int
    url: str
    number: str
    void: bool
    cells: list[Cell]
    state: State | None = None
    clock: Any = None
    subject: str = ""
    line: str = ""
    tags: tuple[tuple[str, bool], ...] = ()


@dataclass(slots=True)
class Job:
    """One thing that waits: the record, its clock, and what to press."""

    register: str
    number: str
    subject: str
    who: tuple[str, ...]
    clock: Any
    url: str
    action_label: str
    action_url: str = ""
    clause: str = ""
    void: bool = False


@dataclass(slots=True)
class Group:
    """Jobs of one urgency."""

    title: str
    count: int
    hot: bool
    jobs: list[Job]
    more: tuple[str, str] | None = None


@dataclass(slots=True)
class Desk:
    """Everything that `desk.html` draws."""

    title: str
    date_line: str
    tally: list[dict[str, Any]]
    groups: list[Group]
    actions: list[Button]
    margin: list[dict[str, Any]]
    empty: str = field(default="")


@dataclass(slots=True)
class Clause:
    """A note in the margin: its mark, what the documents say, and where; and the rules that are kept there."""

    mark: str
    text: str
    ref: str
    rules: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Marks:
    """The clause marks ①②③ of one page, one for each clause, in the order in which they are met.

    A note says what the clause asks for where a field or a clock says so, and else which fields it orders.
    """

    notes: list[Clause] = field(default_factory=list)
    _said: dict[str, tuple[list[str], list[str]]] = field(default_factory=dict)

    def mark(self, ref: str, label: Message, text: Message, rule: str = "") -> str:
        """The mark for the clause `ref` at the field `label`, which keeps `rule`; empty when there is neither.

        What names a rule and no clause stands where the documents have the first of its rules.
        """
        rules = rule.split()
        ref = ref or (documents.rules()[rules[0]]["source"] if rules else "")
        if not ref:
            return ""
        if ref not in self._said:
            self._said[ref] = ([], [])
            number = len(self.notes)
            self.notes.append(Clause(chr(0x2460 + number) if number < 20 else f"({number + 1})", "", ref))
        sentences, labels = self._said[ref]
        into, said = (sentences, str(text)) if text else (labels, str(label))
        if said not in into:
            into.append(said)
        note = next(each for each in self.notes if each.ref == ref)
        note.rules = sorted({*note.rules, *rules})
        note.text = " ".join(sentences) or ("、" if language() == "zh" else ", ").join(labels)
        return note.mark


def conduct(register: type[Register]) -> list[Clause]:
    """What people do at a register and no program can judge, in the words of the documents."""
    return [Clause("", str(each.text), documents.rules()[each.rule]["source"], [each.rule]) for each in register.conduct]


def rules_at(declared: Field) -> str:
    """The rules that a field keeps, those of the columns of its table among them."""
    return " ".join(each.rule for each in (declared, *columns(declared)) if each.rule)


CHINESE = "一二三四五六七八九十"


def ordinal(number: int, lang: str) -> str:
    """1 → 一 for a reader of Chinese."""
    if lang != "zh":
        return str(number)
    if number <= 10:
        return CHINESE[number - 1]
    tens, ones = divmod(number, 10)
    return ("" if tens == 1 else CHINESE[tens - 1]) + "十" + (CHINESE[ones - 1] if ones else "")


def ring(register: type[Register], code: str) -> str:
    """How full the ring of a state is: by its place among the states of the register."""
    if code in register.closed:
        return "done"
    if code == "reopened":
        return "again"
    states: list[Choice] = list(register.fields()["state"].choices or ())
    codes = [each.value for each in states]
    open_codes = [each for each in codes if each not in register.closed and each != "reopened"]
    place = open_codes.index(code) if code in open_codes else 0
    shapes = {1: ["empty"], 2: ["empty", "half"], 3: ["empty", "half", "dot"]}.get(len(open_codes), ["empty", "half", "three", "dot"])
    return shapes[min(place, len(shapes) - 1)]


def state_of(register: type[Register], code: str, void: bool) -> State:
    """The state of a record as it is drawn."""
    if void:
        return State(str(_("Void")), "void")
    return State(str(register.state_label(code)), ring(register, code))
