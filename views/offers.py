"""What can be written for a record: every register with an entry that links to it, opened with the link filled in."""

from __future__ import annotations

import models
from models.core.access import granted
from models.core.register import Register


def offers(row: Register, role: str) -> list[tuple[str, str]]:
    """The words and addresses of the forms that `role` may begin from a record; none for a void one.

    A record that comes along with this one under the same number is not offered.
    """
    if row.voided_at is not None:
        return []
    found = []
    for other in models.registers():
        asked = set(other.entry_keys())
        for field in other.fields().values():
            comes_along = field.shares_number and field.required
            if field.target == row.key and field.key in asked and not comes_along and granted(other, "create", role):
                found.append((str(other.about.verb), f"/register/{other.key}/new/?{field.key}={row.id}"))
                break
    return found
