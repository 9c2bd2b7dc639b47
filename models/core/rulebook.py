"""What keeps a rule of the documents names it: declarations by their `rule`, functions by the mark `keeps`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from models.core.message import NOTHING, Message

if TYPE_CHECKING:
    from models.core.fields import Field
    from models.core.register import Register

# By what a rule is kept. `text` is only for conduct that no program can judge.
WAYS = ("block", "clock", "check", "report", "must-tell", "plan", "field", "text")

Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Kept:
    """One function that keeps rules: their ids, in which of the `WAYS`, and where it stands, as `module.name`."""

    rules: tuple[str, ...]
    how: str
    where: str


@dataclass(frozen=True, slots=True)
class Conduct:
    """Words of the documents on how people behave, shown where they do; no program can judge it."""

    rule: str
    text: Message


@dataclass(frozen=True, slots=True)
class Named:
    """A place of a declaration that may name rules, separated by spaces: in which way it keeps them, its name, its word."""

    rules: str
    how: str
    name: str
    label: Message = NOTHING


KEPT: list[Kept] = []


def named(register: type[Register]) -> Iterator[Named]:
    """Every place of the declaration of a register that may name rules; a column of a table is `table.column`."""
    yield Named(register.about.rule, "block", "about")
    yield Named(register.access.rule, "block", "access")
    for key, field in register.fields().items():
        yield Named(field.rule, "field", key, field.label)
        yield from (Named(column.rule, "field", f"{key}.{column.key}", column.label) for column in columns(field))
    yield from (Named(each.rule, "block", each.name, each.label) for each in register.transitions)
    yield from (Named(each.rule, "field" if each.optional else "block", each.name, each.label) for each in register.slots)
    yield from (Named(each.rule, "clock", each.name, each.label) for each in register.deadlines)
    yield from (Named(each.rule, "must-tell", each.name, each.label) for each in register.tells)
    yield from (Named(each.rule, "plan", each.name, each.label) for each in register.plans)
    yield from (Named(each.rule, "text", "conduct") for each in register.conduct)
    yield from (Named(each.rule, "report", each.name, each.title) for each in register.prints)


def columns(field: Field) -> Iterable[Field]:
    """The columns of a table inside a form; none of another field."""
    return field.lines.columns.values() if field.lines else ()


def keeps(rule: str, *, how: str = "block") -> Callable[[Function], Function]:
    """Mark a function as what keeps `rule`, one id or more separated by spaces, in one of the `WAYS`.

    It decorates, and wraps what is made ready: `keeps("RULE-112")(needed("reason"))`. `ValueError` for another way.
    """
    if how not in WAYS:
        raise ValueError(f"{how!r} is none of the ways in which a rule is kept: {', '.join(WAYS)}")

    def mark(function: Function) -> Function:
        kept = Kept(tuple(rule.split()), how, f"{function.__module__}.{getattr(function, '__qualname__', type(function).__name__)}")
        function.__dict__["kept"] = (*function.__dict__.get("kept", ()), kept)
        KEPT.append(kept)
        return function

    return mark
