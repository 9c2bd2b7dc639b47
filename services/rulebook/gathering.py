"""What keeps the rules: gathered from every declaration that names one, and from the functions marked with `keeps`."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import models
import services.bookkeeping  # noqa: F401 - it and the reactions need one another, and it comes first
from models.core.fields import Field
from models.core.message import NOTHING, Message
from models.core.register import Register
from models.core.rulebook import KEPT, Kept
from services.reactions import REACTIONS

HOME = Path(__file__).resolve().parents[2]
MARKING = re.compile(r"^from models\.core\.rulebook import .*\bkeeps\b", re.M)


@dataclass(frozen=True, slots=True)
class Keeper:
    """One thing that keeps a rule: in which way, where it stands, and on the form of which register, under which word."""

    rule: str
    how: str
    where: str
    register: type[Register] | None = None
    label: Message = NOTHING


@cache
def keepers() -> dict[str, tuple[Keeper, ...]]:
    """Everything that keeps a rule, by the id of the rule, in the order of the shelf; the shelf does not change while it runs."""
    found: dict[str, dict[tuple[str, str], Keeper]] = {}
    for each in (*_declared(), *_marked()):
        found.setdefault(each.rule, {}).setdefault((each.how, each.where), each)
    return {rule: tuple(kept.values()) for rule, kept in found.items()}


def _declared() -> Iterator[Keeper]:
    """What the registers declare."""
    for register in models.registers():
        for rules, how, name, label in _named(register):
            for rule in rules.split():
                yield Keeper(rule, how, f"{register.key}.{name}", register, label)
        for name, function, label in functions(register):
            for kept in marks(function):
                for rule in kept.rules:
                    yield Keeper(rule, kept.how, f"{register.key}.{name}", register, label)


def _named(register: type[Register]) -> Iterator[tuple[str, str, str, Message]]:
    """What names rules in a register: the rules, in which way they are kept, its name there, and its word."""
    yield register.about.rule, "block", "about", NOTHING
    yield register.access.rule, "block", "access", NOTHING
    for key, field in register.fields().items():
        yield field.rule, "field", key, field.label
        for column in columns(field):
            yield column.rule, "field", f"{key}.{column.key}", column.label
    for step in register.transitions:
        yield step.rule, "block", step.name, step.label
    for slot in register.slots:
        yield slot.rule, "field" if slot.optional else "block", slot.name, slot.label
    for clock in register.deadlines:
        yield clock.rule, "clock", clock.name, clock.label
    for tell in register.tells:
        yield tell.rule, "must-tell", tell.name, tell.label
    for plan in register.plans:
        yield plan.rule, "plan", plan.name, plan.label
    for conduct in register.conduct:
        yield conduct.rule, "text", "conduct", NOTHING


def columns(field: Field) -> Iterable[Field]:
    """The columns of a table inside a form."""
    return field.lines.columns.values() if field.lines else ()


def functions(register: type[Register]) -> Iterator[tuple[str, Any, Message]]:
    """The conditions that a register declares, under the name of what they hold up: what they ask for, or the step."""
    for rule in register.rules:
        keys = getattr(rule, "keys", ())
        yield keys[0] if keys else name_of(rule), rule, register.field(keys[0]).label if keys else NOTHING
    for step in register.transitions:
        if step.guard is not None:
            yield step.name, step.guard, step.label


def name_of(function: Any) -> str:
    """What a function is called; one that is made by another, what makes it is called."""
    return str(getattr(function, "__qualname__", type(function).__name__)).partition(".<locals>")[0]


def marks(function: Any) -> tuple[Kept, ...]:
    """What `keeps` has marked a function with."""
    return tuple(getattr(function, "__dict__", {}).get("kept", ()))


def _marked() -> Iterator[Keeper]:
    """The functions that keep a rule and hang on no declaration: what services and reactions do."""
    for module in marking():
        importlib.import_module(module)
    hung = {id(kept) for register in models.registers() for _name, function, _label in functions(register) for kept in marks(function)}
    reacting = _reacting()
    for kept in KEPT:
        if id(kept) in hung or not kept.where.startswith(("models.", "services.")) or "<locals>" in kept.where:
            continue
        for rule in kept.rules:
            yield Keeper(rule, kept.how, kept.where, reacting.get(kept.where))


@cache
def marking() -> tuple[str, ...]:
    """The modules of the services that mark functions; all the others are not imported merely to be asked."""
    files = (path for path in sorted((HOME / "services").rglob("*.py")) if MARKING.search(path.read_text(encoding="utf-8")))
    return tuple(".".join(path.relative_to(HOME).with_suffix("").parts).removesuffix(".__init__") for path in files)


def _reacting() -> dict[str, type[Register]]:
    """The register whose events a function answers, by where the function stands."""
    return {
        f"{function.__module__}.{function.__qualname__}": models.register(key)
        for (key, _event), each in REACTIONS.items()
        for function in each
    }
