"""Who may do what: one matrix of role, register and action. What is not granted is denied."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache
from typing import TYPE_CHECKING

from models.core.message import Message, _

if TYPE_CHECKING:
    from models.core.register import Register

FRONT_DESK, CS_ASSISTANT, CS_SUPERVISOR, PROJECT_MANAGER = "front_desk", "cs_assistant", "cs_supervisor", "project_manager"
ENGINEERING, SECURITY, QUALITY, AUDITOR, ADMIN = "engineering", "security", "quality", "auditor", "admin"
CONSOLE = "console"

ROLES: dict[str, Message] = {
    FRONT_DESK: _("Front-desk officer"),
    CS_ASSISTANT: _("Customer service assistant"),
    CS_SUPERVISOR: _("Customer service supervisor"),
    PROJECT_MANAGER: _("Project manager"),
    ENGINEERING: _("Engineering"),
    SECURITY: _("Security"),
    QUALITY: _("Quality Department"),
    AUDITOR: _("Auditor"),
    ADMIN: _("Administrator"),
}

# Short words for the groups that the documents speak of.
GROUPS: dict[str, frozenset[str]] = {
    "staff": frozenset(ROLES) - {AUDITOR, ADMIN},
    "desk": frozenset({FRONT_DESK, CS_ASSISTANT, CS_SUPERVISOR}),
    "service": frozenset({CS_ASSISTANT, CS_SUPERVISOR}),
    "lead": frozenset({CS_SUPERVISOR, PROJECT_MANAGER}),
    "nobody": frozenset(),
}

AUDITED = frozenset({"read", "print", "export"})


class UnknownRole(ValueError):
    """An access word that is neither a role nor a group."""


class Refused(PermissionError):
    """The actor may not do this; `reason` says why in the reader's language."""

    def __init__(self, reason: Message, *, register: str = "", action: str = "", record_id: int | None = None) -> None:
        super().__init__(str(reason))
        self.reason = reason
        self.register = register
        self.action = action
        self.record_id = record_id


@cache
def roles(words: str) -> frozenset[str]:
    """The roles that space-separated role and group names stand for; `UnknownRole` for any other word."""
    found: set[str] = set()
    for word in words.split():
        if word in GROUPS:
            found |= GROUPS[word]
        elif word in ROLES:
            found.add(word)
        else:
            raise UnknownRole(word)
    return frozenset(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """The grants of one register, each a list of roles and groups in words.

    `names` are those who read personal names in clear; `unmask` those who may see a masked
    value after giving a reason. `rule` names the rules that the grants keep. The auditor reads, prints and exports every register and the
    administrator none: neither is ever written here.
    """

    read: str
    create: str = "nobody"
    edit: str = "nobody"
    void: str = "nobody"
    print: str = "nobody"
    export: str = "nobody"
    load: str = "nobody"
    names: str = "nobody"
    unmask: str = "nobody"
    rule: str = ""

    def grants(self, action: str) -> frozenset[str]:
        """The roles granted `action`, the auditor's reading included."""
        granted = roles(getattr(self, action))
        return granted | {AUDITOR} if action in AUDITED else granted


ACTIONS = tuple(field.name for field in fields(Access) if field.name != "rule")


def granted(register: type[Register], action: str, role: str) -> bool:
    """Whether `role` may do `action` (one of `ACTIONS`, or the name of a transition) in `register`.

    The console does what any role of the office may do.
    """
    holders = _holders(register, action)
    return bool(holders) if role == CONSOLE else role in holders


@cache
def _holders(register: type[Register], action: str) -> frozenset[str]:
    if action in ACTIONS:
        return register.access.grants(action)
    transition = register.transition(action)
    return roles(transition.by) if transition else frozenset()
