"""What can happen to a record: a table of transitions makes its buttons, permissions and tests."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import object_session

from models.core import actor as actors
from models.core import audit, signatures
from models.core.access import CONSOLE, Refused, granted
from models.core.actor import Actor
from models.core.choice import Choice
from models.core.message import NOTHING, Message, _
from models.core.signatures import Slot
from models.core.validity import Invalid

if TYPE_CHECKING:
    from models.core.register import Register


@dataclass(frozen=True, slots=True)
class Transition:
    """One verb: from which states, to which, by whom, and what must be written down for it.

    `target` is `None` when the state stays. `asks` are keys of fields, separated by spaces, that
    must be filled, `may_ask` those that may be; `stamps` is the field that keeps the moment and `stamps_by` the one that
    keeps the name. A `guard` gets the row and answers with the reason that stands against it now. Where the record itself says
    whose step it is, `theirs` gets the row and who acts, and answers why it is not theirs: that is refused like a right, and
    asked of everybody but the console.
    What its form does not show and it does all the same, `brings` says of the row, before anybody confirms it.
    `step` marks the next thing to do, which the record offers first. It `signs` the place of that name with the account
    of who performs it, and waits for the places named in `signed`; a step that closes the record waits for all.
    `rule` names the rules that it keeps.
    """

    name: str
    source: Choice | tuple[Choice, ...]
    target: Choice | None
    label: Message
    by: str
    asks: str = ""
    may_ask: str = ""
    stamps: str = ""
    stamps_by: str = ""
    guard: Callable[[Any], Message | None] | None = None
    theirs: Callable[[Any, Actor], Message | None] | None = None
    brings: Callable[[Any], Message | None] | None = None
    clause: str = ""
    step: bool = True
    bulk: bool = False
    signs: str = ""
    signed: str = ""
    rule: str = ""

    @property
    def needed(self) -> tuple[str, ...]:
        """The fields that must be filled."""
        return tuple(self.asks.split())

    @property
    def asked(self) -> tuple[str, ...]:
        """The fields on its form: those that must be filled, then those that may be."""
        return (*self.needed, *self.may_ask.split())

    @property
    def sources(self) -> tuple[Choice, ...]:
        """The states it may start from."""
        return self.source if isinstance(self.source, tuple) else (self.source,)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether something may be done now, and if not, why; without the `right` it is not the actor's to do at all."""

    allowed: bool
    reason: Message = NOTHING
    right: bool = True

    def __bool__(self) -> bool:
        return self.allowed


def may(row: Register, name: str) -> Verdict:
    """Whether the current actor may perform `name` on `row` now."""
    transition = type(row).transition(name)
    actor = actors.current()
    if transition is None:
        return Verdict(False, _("This register has no such step."), right=False)
    if actor is None or row.site_id not in actor.site_ids or not granted(type(row), name, actor.role):
        return Verdict(False, _("Your role may not do this."), right=False)
    if transition.theirs is not None and actor.role != CONSOLE and (another := transition.theirs(row, actor)) is not None:
        return Verdict(False, another, right=False)
    if row.voided_at is not None:
        return Verdict(False, _("The record is void."))
    if row.state not in transition.sources:
        return Verdict(False, _("Not possible while the record stands at “{state}”.", state=type(row).state_label(row.state)))
    against = (transition.guard(row) if transition.guard else None) or _unsigned(row, transition)
    return Verdict(False, against) if against else Verdict(True)


def require_right(row: Register, name: str) -> Verdict:
    """Whether the current actor may perform `name` on `row` now; raises `Refused` where it is not theirs to perform at all."""
    verdict = may(row, name)
    if not verdict.right:
        raise Refused(verdict.reason, register=type(row).key, action=name, record_id=row.id)
    return verdict


def _unsigned(row: Register, transition: Transition) -> Message | None:
    """The place to sign for which `transition` waits: no record is closed without its signatures, in their order (C-25)."""
    cls = type(row)
    if row.taken_over or not cls.slots:
        return None
    signs = cls.signing_place(transition.signs)
    if signs is not None and signs.name not in signatures.standing(row) and (reason := signatures.against(row, signs)) is not None:
        return reason
    missing = _missing(row, transition)
    return _("After “{slot}” is signed", slot=missing.label) if missing else None


def _missing(row: Register, transition: Transition) -> Slot | None:
    """The first place that must be signed before `transition`, besides the one that it signs itself."""
    cls, signed = type(row), signatures.standing(row)
    closes = transition.step and transition.target is not None and transition.target in cls.closed and row.state not in cls.closed
    awaited = (slot for slot in cls.slots if slot.name in transition.signed.split() or (closes and slot.awaited(row)))
    return next((slot for slot in awaited if slot.name not in signed and slot.name != transition.signs), None)


def held_up(row: Register) -> Slot | None:
    """The place to sign that holds up the next step of a record, whoever may take it; `None` when none does."""
    if row.taken_over or row.voided_at is not None or not type(row).slots:
        return None
    steps = [each for each in type(row).transitions if each.step and row.state in each.sources]
    return next((missing for step in steps if (missing := _missing(row, step)) is not None), None)


def perform(row: Register, name: str, values: Mapping[str, Any], now: datetime) -> None:
    """Carry out the transition `name` at the moment `now`, writing `values` of the fields that it asks.

    The only writer of `state`. Raises `Refused` when it may not be done, and `Invalid`
    when what it asks is missing or wrong.
    """
    verdict = may(row, name)
    if not verdict:
        raise Refused(verdict.reason, register=type(row).key, action=name, record_id=row.id)
    transition = type(row).transition(name)
    assert transition is not None
    row.intent = name
    closed, closes = row.state in type(row).closed, transition.target in type(row).closed
    if closed and transition.target is not None and not closes:
        signatures.withdraw(row, now)
        row.closed_at = None
    elif closes and not closed:
        row.closed_at = now
    for key in transition.asked:
        if key in values:
            row.set(key, values[key])
    if transition.stamps:
        setattr(row, transition.stamps, now)
    if transition.stamps_by:
        acting = actors.current()
        setattr(row, transition.stamps_by, acting.name if acting else "")
    if transition.target is not None:
        row.state = transition.target.value
    row.require_valid(needed=transition.needed)
    if transition.signs and transition.signs not in signatures.standing(row):
        signatures.sign(row, transition.signs, signatures.Way.ACCOUNT, now)


def void(row: Register, reason: str, now: datetime) -> None:
    """Void the record with a reason: its number stays and it is shown struck through, never deleted.

    Raises `Refused` without the right, and `Invalid` without a reason.
    """
    actor = actors.current()
    if actor is None or not granted(type(row), "void", actor.role):
        raise Refused(_("Your role may not do this."), register=type(row).key, action="void", record_id=row.id)
    if row.voided_at is not None:
        raise Refused(_("The record is void."), register=type(row).key, action="void", record_id=row.id)
    if not reason.strip():
        raise Invalid({"void_reason": _("A void needs a reason; the number stays.")})
    row.intent, row.turn = "void", audit.turn(object_session(row))
    row.voided_at = now
    row.voided_by = actor.name
    row.void_reason = reason.strip()
