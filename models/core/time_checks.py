"""Start-up checks of what keeps time: deadlines, what must be told, plans."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.core.access import roles
from models.core.naming import Found, Shelved, missing

if TYPE_CHECKING:
    from models.core.register import Register


def deadline_fields(register: type[Register], shelf: Shelved) -> Found:
    """A deadline starts with, is due by and is met by fields that there are."""
    for each in register.deadlines:
        keys = (each.after, each.met_by, each.again, *each.moved_by.split(), *each.due.keys)
        yield from missing(register, shelf, f"{register.key} deadline “{each.name}”", keys)


def deadlines_told(register: type[Register], shelf: Shelved) -> Found:
    """When a time runs out somebody is told and what is performed is a step of the register; what may wait says for what."""
    for each in register.deadlines:
        where = f"{register.key} deadline “{each.name}”"
        if not roles(each.tell):
            yield where, "nobody is told when it runs out. Name a role in tell."
        if each.climbs and register.transition(each.climbs) is None:
            yield where, f"there is no step “{each.climbs}”. Correct climbs."
        if each.waits_when is not None and not each.waits:
            yield where, "it waits in a case and nothing says for what. Say it in waits."


def tells_known(register: type[Register], shelf: Shelved) -> Found:
    """What must be told arises from fields that there are, and somebody tells somebody."""
    for each in register.tells:
        where = f"{register.key} tell “{each.name}”"
        keys = (each.after, each.met_by, each.receipt, *each.said_in.split(), each.again, *each.due.keys)
        yield from missing(register, shelf, where, keys)
        if each.receipt and not any(step.stamps == each.receipt and step.stamps_by for step in register.transitions):
            yield where, f"no step stamps “{each.receipt}” and who acknowledged. Correct receipt."
        if each.said_in and len(each.said_in.split()) != 2:
            yield where, "said_in names two fields: how it was told, and to whom."
        if bool(each.to) == bool(each.outside):
            yield where, "say who is told: roles in to, or who stands outside, not both."
        roles(each.to), roles(each.owed_by)


def plans_known(register: type[Register], shelf: Shelved) -> Found:
    """A plan counts by fields that there are."""
    for each in register.plans:
        where = f"{register.key} plan “{each.name}”"
        yield from missing(register, shelf, where, (each.moment, each.per, each.each))
        roles(each.owed_by)
