"""What every register is held to, written down a second time from the documents, one file for each chapter of the shelf.

Not read from the declarations: what slips in there must fail here. A chapter's file says in `REGISTERS` who may do
what, letter by letter, one letter a role (docs/spec/README.md, role map); in `SPEC` which field holds what
docs/spec/registers.csv names; in `READY` what stands against a step besides role and state; in `THEIRS` whose a step is on
the record that `READY` makes, where the record says so; in `CLOCKS` when each deadline is due; in `TELLS` whom each duty to
tell is owed to; in `PLANS` how much each plan wants.
"""

from __future__ import annotations

import pkgutil
from importlib import import_module
from typing import Any

from tests.rule import Expected, Owed, Wanted

LETTERS = {
    "front_desk": "F",
    "cs_assistant": "A",
    "cs_supervisor": "S",
    "project_manager": "P",
    "engineering": "E",
    "security": "G",
    "quality": "Q",
    "auditor": "U",
    "admin": "X",
}
ROLES = tuple(LETTERS)
EVERYBODY = (*ROLES, None)  # the last is a stranger

CHAPTERS = [import_module(f"{__name__}.{each.name}") for each in pkgutil.iter_modules(__path__)]


def gathered(name: str) -> dict[Any, Any]:
    """What all chapters say under `name`; nothing may be said twice."""
    found: dict[Any, Any] = {}
    for chapter in CHAPTERS:
        said = getattr(chapter, name, {})
        assert not (twice := set(found) & set(said)), f"{chapter.__name__} says again in {name} what another chapter says: {twice}"
        found |= said
    return found


MATRIX: dict[str, dict[str, str]] = gathered("REGISTERS")
SPEC: dict[str, dict[str, str]] = gathered("SPEC")
READY: dict[tuple[str, str], Any] = gathered("READY")
CLOCKS: dict[tuple[str, str], Expected] = gathered("CLOCKS")
TELLS: dict[tuple[str, str], Owed] = gathered("TELLS")
THEIRS: dict[tuple[str, str], str] = gathered("THEIRS")
PLANS: dict[tuple[str, str], Wanted] = gathered("PLANS")


def holds(role: str | None, register: str, action: str) -> bool:
    """Whether `role` may do `action` in the register, by this table; what is not in it is denied."""
    assert register in MATRIX, f"Say in tests/matrix/ who may do what in the register {register!r}, from the role map of the documents."
    return role is not None and LETTERS[role] in MATRIX[register].get(action, "")


def performs(role: str | None, register: str, step: str) -> bool:
    """Whether `role` may perform the step on the record that `READY` makes for it: holds it, and it is theirs."""
    return holds(role, register, step) and LETTERS[role or ""] in THEIRS.get((register, step), "".join(LETTERS.values()))
