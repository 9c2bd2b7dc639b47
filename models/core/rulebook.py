"""What keeps a rule of the documents names it: declarations by their `rule`, functions by the mark `keeps`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from models.core.message import Message

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


KEPT: list[Kept] = []


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
