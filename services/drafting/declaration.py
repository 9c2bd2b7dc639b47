"""Writes the declaration of a drafted register: a file that reads as if it had been written by hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from services.drafting import wording
from services.drafting.draft import (
    CLOSED_AT,
    CLOSED_BY,
    CLOSING,
    ENTRY,
    NEW_ENTRY,
    PREPARED,
    REVIEWED,
    STATE,
    Draft,
    DraftField,
)
from services.drafting.layout import STEP, keys, laid, message, quoted

TYPES = {"count": "int", "money": "Decimal", "day": "date", "moment": "datetime", "tick": "bool"}
WRITING = ("line", "text", "person", "house", "staff")
NARROW, PAPER = 20.0, 290.0  # millimetres of a column, and of a landscape sheet
WIDTHS = {"text": 44.0, "phone": 22.0, "house": 24.0, "count": 13.0, "moment": 22.0, "tick": 13.0, "pick": 16.0}
IMPORTED = "State Register About Access Choice Part Sheet Slot Transition Mapped Decimal TakenOver"


def camel(key: str) -> str:
    """`key_borrow` → `KeyBorrow`."""
    return "".join(part.capitalize() for part in key.split("_"))


def declaration(draft: Draft) -> str:
    """The text of the file."""
    return "\n".join((*_imports(draft), "", "", *_lists(draft), *_register(draft))) + "\n"


def messages(draft: Draft) -> dict[str, str]:
    """Every message of the declaration, in English, with its Chinese."""
    found = {label.en: label.zh for label in draft.labels if label is not draft.chapter_title}
    standing = [NEW_ENTRY, ENTRY, STATE, PREPARED, REVIEWED, *([CLOSING, CLOSED_AT, CLOSED_BY] if draft.own_fields else [])]
    return found | {each.text: each.say("zh") for each in standing}


def _imports(draft: Draft) -> Iterator[str]:
    kinds = {each.kind for each in draft.fields}
    times = [name for name, used in (("date", "day" in kinds), ("datetime", "moment" in kinds or bool(draft.own_fields))) if used]
    if times:
        yield f"from datetime import {', '.join(times)}"
    if "money" in kinds:
        yield "from decimal import Decimal"
    yield from ("", "from sqlalchemy.orm import Mapped", "", "from models.core import fields", "from models.core.access import Access")
    yield "from models.core.actor import own_name"
    yield "from models.core.choice import Choice"
    yield "from models.core.message import _"
    yield "from models.core.register import About, Register"
    yield "from models.core.session import now"
    yield "from models.core.sheet import Part, Sheet"
    yield "from models.core.signatures import Slot"
    if _spill(draft):
        yield "from models.core.taken_over import TakenOver"
    yield "from models.core.validity import not_ahead"
    if draft.steps:
        yield "from models.core.workflow import Transition"


def _spill(draft: Draft) -> str:
    """Where the whole of a line goes that was too long, when an old ledger is taken over; empty when none is."""
    texts = [each.key for each in draft.fields if each.kind == "text"]
    return texts[0] if draft.known_by and texts else ""


# Closed lists ------------------------------------------------------------------------------


def _choice(draft: Draft, field: DraftField) -> str:
    """The class of a closed list."""
    name = camel(field.key)
    return f"{name}Choice" if name in IMPORTED.split() or name == camel(draft.key) else name


def _lists(draft: Draft) -> Iterator[str]:
    for field in draft.fields:
        if field.kind == "pick":
            yield f"class {_choice(draft, field)}(Choice):"
            yield f'{STEP}"""What stands under “{field.label.en}”."""'
            yield ""
            yield from _members([(word.en, word.en) for word in field.words], STEP)
            yield from ("", "")


def _members(said: Sequence[tuple[str, str]], indent: str) -> Iterator[str]:
    for name, en in said:
        code = wording.name(name)
        yield f"{indent}{code.upper()} = {quoted(code)}, {message(en)}"


# The register ------------------------------------------------------------------------------


def _register(draft: Draft) -> Iterator[str]:
    yield f"class {camel(draft.key)}(Register):"
    yield f'{STEP}"""One entry of the {draft.title.en[:1].lower()}{draft.title.en[1:]}."""'
    yield from ("", f"{STEP}__tablename__ = {quoted(draft.key)}", "")
    yield from (f"{STEP}class State(Choice):", *_members([(each.en, each.en) for each in draft.states], STEP * 2), "")
    yield from (_about(draft), _access(draft), "")
    yield from (_field(draft, each) for each in draft.fields)
    yield from _step_fields(draft)
    yield f"{STEP}state: Mapped[State] = fields.state({message(STATE.text)}, State, start=State.{_code(draft, 0)})"
    yield from ("", _parts(draft), f"{STEP}rules = (not_ahead({quoted(draft.moment)}, now),)")
    yield f"{STEP}slots = ({_slot(draft)},)"
    yield from _workflow(draft)
    yield from _headings(draft)
    yield _sheet(draft)


def _code(draft: Draft, place: int) -> str:
    return wording.name(draft.states[place].en).upper()


def _about(draft: Draft) -> str:
    number = f"{draft.prefix}-{{site}}-{{year}}-{{serial:04}}"
    said = {"title": message(draft.title.en), "spec": "()", "clause": quoted(draft.clause), "number": quoted(number)}
    said |= {"moment": quoted(draft.moment), "subject": quoted(draft.subject), "verb": message(NEW_ENTRY.text)}
    lines = "".join(f"{STEP * 2}{name}={value},\n" for name, value in said.items())
    return f"{STEP}about = About(\n{lines}{STEP})"


def _access(draft: Draft) -> str:
    return laid(f"{STEP}access = Access(", [f"{action}={quoted(words)}" for action, words in draft.rights().items()], ")", STEP)


def _field(draft: Draft, field: DraftField) -> str:
    options = [message(field.label.en)]
    if field.kind == "pick":
        options.append(_choice(draft, field))
    if field.listed:
        options.append("listed=True")
    if field.kind == "pick" or field.key == draft.moment:
        options.append("filtered=True")
    if field.kind in WRITING and (field.listed or field.key in (draft.subject, draft.known_by)):
        options.append("searched=True")
    if field.key == draft.moment and field.kind == "moment":
        options.append("default=now")
    if field.key == draft.writer:
        options.append("default=own_name")
    type_ = _choice(draft, field) if field.kind == "pick" else TYPES.get(field.kind, "str")
    optional = "" if field.required or field.kind == "tick" else " | None"
    return laid(f"{STEP}{field.key}: Mapped[{type_}{optional}] = fields.{field.kind}(", options, ")", STEP)


def _step_fields(draft: Draft) -> Iterator[str]:
    if draft.own_fields:
        yield f"{STEP}closed_at: Mapped[datetime | None] = fields.stamp({message(CLOSED_AT.text)})"
        yield f"{STEP}closed_by: Mapped[str | None] = fields.staff({message(CLOSED_BY.text)}, by_step=True)"


def _parts(draft: Draft) -> str:
    entered = [each.key for each in draft.fields]
    parts = [laid("Part(", [message(ENTRY.text), keys(entered, STEP * 3, room=40)], ")", STEP * 2)]
    if draft.own_fields:
        parts.append(f"Part({message(CLOSING.text)}, {quoted('closed_at closed_by')}, later=True)")
    return laid(f"{STEP}parts = (", parts, ")", STEP) if len(parts) == 1 else _tuple("parts", parts)


def _tuple(name: str, pieces: Sequence[str]) -> str:
    lines = "".join(f"{STEP * 2}{each},\n" for each in pieces)
    return f"{STEP}{name} = (\n{lines}{STEP})"


def _slot(draft: Draft) -> str:
    label = draft.field(draft.writer).label.en
    return f"Slot({quoted(draft.writer)}, {message(label)}, {quoted(draft.enter)}, at_entry=True, person={quoted(draft.writer)})"


def _workflow(draft: Draft) -> Iterator[str]:
    last = len(draft.states) - 1
    steps = []
    for place, step in enumerate(draft.steps):
        said = [quoted(wording.name(step.en)), f"State.{_code(draft, place)}", f"State.{_code(draft, place + 1)}", message(step.en)]
        said.append(f"by={quoted(draft.enter)}")
        if place + 1 == last:
            said += ['stamps="closed_at"', 'stamps_by="closed_by"']
        steps.append(laid(f"{STEP * 2}Transition(", said, ")", STEP * 2).lstrip())
    if steps:
        yield laid(f"{STEP}transitions = (", steps, ")", STEP) if len(steps) == 1 else _tuple("transitions", steps)
    yield f"{STEP}closed = (State.{_code(draft, last)},)"
    if _spill(draft):
        rows = f"lambda row: {camel(draft.key)}.State.{_code(draft, last)}"
        said = [f"known_by={quoted(draft.known_by)}", f"state={rows}", f"spill={quoted(_spill(draft))}"]
        yield laid(f"{STEP}taken_over_as = TakenOver(", said, ")", STEP)


def _headings(draft: Draft) -> Iterator[str]:
    called = {each.key: "".join(each.heading.split()) for each in draft.fields if each.heading and each.heading != each.label.zh}
    if called:
        yield f"{STEP}headings = {{  # what the office calls these columns in Excel"
        yield from (f"{STEP * 2}{quoted(key)}: {quoted(heading)}," for key, heading in called.items())
        yield f"{STEP}}}"


def _sheet(draft: Draft) -> str:
    columns, room = ["number"], PAPER - NARROW
    for each in draft.fields:
        room -= WIDTHS.get(each.kind, NARROW)
        if room >= 0 or each.listed:
            columns.append(each.key)
    signed = f"signed_by=({message(PREPARED.text)}, {message(REVIEWED.text)})"
    return laid(f"{STEP}sheet = Sheet(", [keys(columns, STEP * 2, room=len(signed) + 20), signed], ")", STEP)
