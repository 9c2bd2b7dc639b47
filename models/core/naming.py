"""The names of fields in a declaration: whether there is such a field, for the start-up checks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from models.core.fields import Field

if TYPE_CHECKING:
    from models.core.register import Register

Found = Iterator[tuple[str, str]]
Shelved = dict[str, "type[Register]"]


def known(register: type[Register], key: str, shelf: Shelved) -> Field | None:
    """The field `key` of a register; `house.street` is looked up through the link."""
    link, dot, rest = key.partition(".")
    field = register.fields().get(link)
    if not dot or field is None:
        return field
    target = shelf.get(field.target)
    return known(target, rest, shelf) if target else None


def missing(register: type[Register], shelf: Shelved, where: str, keys: Sequence[str]) -> Found:
    """A fault for each of `keys` that is no field of the register."""
    for key in keys:
        if key and known(register, key, shelf) is None:
            yield where, f"there is no field “{key}”. Declare it, or correct the name."
