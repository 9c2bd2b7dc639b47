"""What keeps the rules: gathered from every declaration that names one, and from the functions marked with `keeps`."""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import models
import services.bookkeeping  # noqa: F401 - it and the reactions need one another, and it comes first
from models.core.message import NOTHING, Message
from models.core.register import Register
from models.core.rulebook import KEPT, Kept, named
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
        for name, function, label in functions(register):
            for kept in marks(function):
                for rule in kept.rules:
                    yield Keeper(rule, kept.how, f"{register.key}.{name}", register, label)
        for each in named(register):
            for rule in each.rules.split():
                yield Keeper(rule, each.how, f"{register.key}.{each.name}", register, each.label)


def functions(register: type[Register]) -> Iterator[tuple[str, Any, Message]]:
    """The conditions that a register declares, under the name of what they hold up: what they ask for, or the step."""
    for rule in register.rules:
        keys = getattr(rule, "keys", ())
        yield keys[0] if keys else name_of(rule), rule, register.field(keys[0]).label if keys else NOTHING
    for step in register.transitions:
        yield from ((step.name, each, step.label) for each in (step.guard, step.theirs) if each is not None)


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
    homes = _homes()
    for kept in KEPT:
        if id(kept) in hung or not kept.where.startswith(("models.", "services.")):
            continue
        where = kept.where.partition(".<locals>")[0]
        register = next((homes[each] for each in (where, *_modules(where)) if each in homes), None)
        for rule in kept.rules:
            yield Keeper(rule, kept.how, where, register)


def _modules(where: str) -> Iterator[str]:
    """The names before a name, the longest first: `a.b.c` stands in `a.b`, which stands in `a`."""
    while "." in where:
        where = where.rpartition(".")[0]
        yield where


@cache
def marking() -> tuple[str, ...]:
    """The modules of the services that mark functions; all the others are not imported merely to be asked."""
    files = (path for path in sorted((HOME / "services").rglob("*.py")) if MARKING.search(path.read_text(encoding="utf-8")))
    return tuple(".".join(path.relative_to(HOME).with_suffix("").parts).removesuffix(".__init__") for path in files)


def _homes() -> dict[str, type[Register]]:
    """The register at which functions work, by the name of a function or its module: whose they are, whose events or rows they read."""
    found = {register.__module__: register for register in reversed(models.registers())}
    found |= {f"{register.__module__}.{register.__qualname__}": register for register in models.registers()}
    reacting = [(models.register(key), function) for (key, _event), each in REACTIONS.items() for function in each]
    declared = [(register, function) for register in models.registers() for _name, function, _label in functions(register)]
    for register, function in (*reacting, *declared):
        module = getattr(function, "__module__", "")
        if not module.startswith("models.core"):
            found.setdefault(f"{module}.{name_of(function)}", register)
            found.setdefault(module, register)
    for register in models.registers():
        for function in vars(sys.modules[register.__module__]).values():
            if callable(function):
                found.setdefault(f"{getattr(function, '__module__', '')}.{name_of(function)}", register)
    shelf = set(models.registers())
    for module in marking():
        read = next((each for each in vars(sys.modules[module]).values() if isinstance(each, type) and each in shelf), None)
        if read is not None:
            found.setdefault(module, read)
    return found
