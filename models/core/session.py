"""What every session does with register rows, attached once: scope, rights, numbers, clocks, search, trail.

Reads are limited to the actor's sites; writes are checked before they are flushed and told in
the audit trail within the same transaction. A view that forgets to ask is still refused here.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import cache, lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, event, insert, inspect
from sqlalchemy.orm import LoaderCriteriaOption, ORMExecuteState, Session, with_loader_criteria
from sqlalchemy.orm.attributes import instance_state

from models.core import actor as actors
from models.core import audit, search
from models.core.access import Refused, granted
from models.core.awaited import MOVED, written
from models.core.closing import LateRow, closed_over, frozen_in
from models.core.deadlines import keep_clocks, start_clocks
from models.core.links import strays
from models.core.message import _
from models.core.numbering import give_ids, give_numbers
from models.core.places import Site
from models.core.putting import put
from models.core.register import CARRIED, Register
from models.core.validity import Invalid


def now() -> datetime:
    """The moment, in UTC; tests put another clock in its place through `set_clock`."""
    return _clock()


def today() -> date:
    """The day by the clock of China, for a day that is filled in beforehand."""
    return now().astimezone(CHINA).date()


def _system_clock() -> datetime:
    return datetime.now(UTC)


CHINA = ZoneInfo("Asia/Shanghai")
_clock: Callable[[], datetime] = _system_clock


def set_clock(clock: Callable[[], datetime] | None) -> None:
    """Let `clock` tell the moment; `None` gives it back to the machine."""
    global _clock
    _clock = clock or _system_clock


def note(session: Session, kind: str, **facts: Any) -> None:
    """Write an entry of `kind` into the trail when the session commits.

    `facts` are those of `audit.Entry`: register, record_id, number, site_id, details.
    """
    audit.tell(session, audit.Entry(kind, now(), **facts))


def attach(target: Any) -> None:
    """Attach the behaviours to a session class, a sessionmaker or a scoped session."""
    event.listen(target, "do_orm_execute", _scope)
    event.listen(target, "transient_to_pending", _take_turn)
    event.listen(target, "before_flush", _before_flush)
    event.listen(target, "after_flush", _after_flush)
    event.listen(target, "before_commit", _before_commit)
    event.listen(target, "after_rollback", _forget)


def _scope(state: ORMExecuteState) -> None:
    registers = [mapper.class_ for mapper in state.all_mappers if issubclass(mapper.class_, Register)]
    if state.is_update or state.is_delete:
        if registers:
            raise Refused(_("Register rows are written one by one, through the trail."), register=registers[0].key)
        return
    if not state.is_select or state.is_column_load or state.is_relationship_load:
        return
    actor = actors.current()
    if actor is not None:
        for register in registers:
            if not granted(register, "read", actor.role):
                raise Refused(_("Your role may not read this register."), register=register.key, action="read")
    state.statement = state.statement.options(_within(actor.site_ids if actor is not None else ()))


@lru_cache
def _within(sites: tuple[int, ...]) -> LoaderCriteriaOption:
    """What limits every register of a statement to `sites`."""
    if len(sites) == 1:  # beside another condition on the site SQLite would take a list for reason enough to walk the whole book
        only = sites[0]
        return with_loader_criteria(Register, lambda cls: cls.site_id == only, include_aliases=True)
    return with_loader_criteria(Register, lambda cls: cls.site_id.in_(sites), include_aliases=True)


def reading(session: Session, register: type[Register], site_id: int, *, told: bool = False) -> Connection:
    """The connection, for a select over one register that names the site itself; such a select does not pass `_scope`.

    What `_scope` would add to it is asked here: `Refused` unless the actor may read the register and the site is theirs. A number
    that tells of nobody, such as that of the households, may be `told` to all who have the site.
    """
    actor = actors.current()
    if actor is None or site_id not in actor.site_ids or not (told or granted(register, "read", actor.role)):
        raise Refused(_("Your role may not read this register."), register=register.key, action="read")
    session.flush()
    return session.connection()


def _take_turn(session: Session, row: Any) -> None:
    if isinstance(row, Register) and audit.TURN in session.info:
        row.turn = session.info[audit.TURN]


def _before_flush(session: Session, context: Any, instances: Any) -> None:
    with session.no_autoflush:
        for row in session.deleted:
            if isinstance(row, Register):
                raise Refused(_("A record is never deleted; void it with a reason."), register=row.key, record_id=row.id)
        written = [*_new(session), *_changed(session)]
        for row in written:  # before anything is said about what stands in it
            _permit(row)
        for row in written:
            row.keep_keys()
        for row, astray in zip(written, strays(session, written), strict=True):
            wrong = astray or ({} if row.taken_over else row.misfits(session))
            if wrong:
                raise Invalid(wrong)
            row.carry(session)
        for row in set(_new(session)).difference(written):  # what was carried along
            _permit(row)
        _enter(session, _new(session))
        _put_many(session, _new(session))
        changed = _changed(session)
        for row, book in zip(changed, frozen_in(session, changed), strict=True):
            _permit(row)
            _keep_frozen(row, book)
            row.updated_at = now()


def add_new(session: Session, row: Register) -> None:
    """Put a new record into the session, as `add` does, which would follow all its properties to see that none leads to another object."""
    session._save_or_update_impl(instance_state(row))


def _new(session: Session) -> list[Register]:
    return [each for each in session.new if isinstance(each, Register)]


def _changed(session: Session) -> list[Register]:
    return [each for each in session.dirty if isinstance(each, Register) and session.is_modified(each)]


def _permit(row: Register) -> None:
    """Raise `Refused` unless the actor may write the row in the way in which it is written."""
    if instance_state(row).key is None:
        _require(row, CARRIED if row.intent == CARRIED else "create")
    else:
        _require(row, row.intent)
        _check_intent(row)


def _keep_frozen(row: Register, book: str) -> None:
    """A record in a closed `book` is corrected by an entry of its own, which says why. Raises `Invalid` without a reason."""
    row.frozen_in = book
    if row.frozen_in and row.intent == "edit" and not row.reason:
        raise Invalid({"reason": _("The book {book} is closed: a correction needs a reason.", book=row.frozen_in)})


def _require(row: Register, action: str) -> None:
    actor = actors.current()
    if actor is None or row.site_id not in actor.site_ids or not (action == CARRIED or granted(type(row), action, actor.role)):
        raise Refused(_("Your role may not do this."), register=row.key, action=action, record_id=row.id)


def _check_intent(row: Register) -> None:
    """State is written by transitions alone, a void by `void` alone, a number and a site by nobody."""
    attributes = inspect(row).attrs
    changed = {
        name for name in ("state", "voided_at", "number", "site_id") if name in attributes and attributes[name].history.has_changes()
    }
    allowed = {"void": {"voided_at"}, "edit": set(), CARRIED: set()}.get(row.intent, {"state"})
    if changed - allowed:
        raise Refused(_("Your role may not do this."), register=row.key, action=row.intent, record_id=row.id)


def _enter(session: Session, rows: list[Register]) -> None:
    """Give new rows what every record has: who entered it and when, its number; and of many together their ids."""
    actor = actors.current()
    moment = now()
    given = {"created_at": moment, "updated_at": moment, "created_by": actor.name if actor else ""}
    together: dict[type[Register], list[Register]] = {}
    for row in rows:
        row.keep_keys()
        row.complete()
        vars(row).update(given)
        if not row.id:
            together.setdefault(type(row), []).append(row)
    give_numbers(session, [row for row in rows if not row.number])
    for those in together.values():
        if len(those) > 1:
            give_ids(session, those)


def _put_many(session: Session, rows: list[Register]) -> None:
    """Put new rows of which a register has many past the mapper, whose care for each costs more than the database's own."""
    together: dict[type[Register], list[Register]] = {}
    for row in rows:
        if row.id:
            together.setdefault(type(row), []).append(row)
    for register, those in together.items():
        for row in those:
            vars(row)["version"] = 1
        put(session.connection(), register.__table__, [vars(row) for row in those], _stored(register))
        session._register_persistent(set(map(instance_state, those)))  # what a flush says of rows that it has written
        _follow_new(session, those)


@cache
def _stored(register: type[Register]) -> frozenset[str]:
    return frozenset(register.__table__.c.keys())


def _after_flush(session: Session, context: Any) -> None:
    _follow_new(session, _new(session))
    _follow_changed(session, [each for each in session.dirty if isinstance(each, Register)])


def _follow_new(session: Session, rows: list[Register]) -> None:
    """What follows from new rows that have been written: the trail, clocks, search."""
    _keep_late(session, rows)
    indexed: dict[type[Register], list[tuple[int, str, str]]] = {}
    for row in rows:
        _tell(session, row, _entries(row), new=True)
        indexed.setdefault(type(row), []).append((row.id, "", search.tokens(type(row), vars(row))))
    start_clocks(session, rows)
    _settle_and_index(session, rows, indexed)


def _follow_changed(session: Session, rows: list[Register]) -> None:
    """What follows from rows that have been changed."""
    changed: list[Register] = []
    indexed: dict[type[Register], list[tuple[int, str, str]]] = {}
    for row in rows:
        changes = _changes(row)
        if not changes and not inspect(row).attrs.voided_at.history.has_changes():
            continue
        _tell(session, row, changes)
        changed.append(row)
        indexed.setdefault(type(row), []).append((row.id, *_tokens(row)))
    keep_clocks(session, changed, now())
    _settle_and_index(session, changed, indexed)


def _settle_and_index(session: Session, rows: list[Register], indexed: dict[type[Register], list[tuple[int, str, str]]]) -> None:
    for row in rows:
        if type(row).slots or type(row).tells:
            written(session, row)
    for register, those in indexed.items():
        search.reindex(session.connection(), register, those)


def _tell(session: Session, row: Register, changes: dict[str, tuple[Any, Any]], *, new: bool = False) -> None:
    kind = "created" if new else {"edit": "changed", "void": "voided", CARRIED: "changed"}.get(row.intent, "performed")
    turn = row.turn if new or kind == "voided" else None
    entry = audit.change_of(row, kind, now(), changes)
    if kind == "performed":
        entry.details["transition"] = row.intent
    reason = row.void_reason if row.intent == "void" else row.reason
    if reason:
        entry.details["reason"] = reason
    if row.intent == CARRIED:
        entry.details["carried"] = True
    if row.intent == "edit" and not new and (row.state in type(row).closed or row.frozen_in):
        entry.details["after_closing"] = True
    if row.frozen_in and not new:
        entry.details["closed_book"] = row.frozen_in
    if new and row.taken_over:
        entry.details["taken_over"] = True
    audit.tell(session, entry, turn)
    row.intent, row.reason, row.frozen_in = "edit", "", ""


def _keep_late(session: Session, rows: list[Register]) -> None:
    """A record whose month is closed already stands in the book of the month in which it is entered."""
    late = []
    for row, over in zip(rows, closed_over(session, rows), strict=True):
        if over is not None:
            zone = ZoneInfo(session.get_one(Site, row.site_id).timezone)
            book = f"{row.created_at.astimezone(zone):%Y-%m}"
            late.append({"site_id": row.site_id, "register": row.key, "record_id": row.id, "book": book, "closed_book_id": over.id})
    if late:
        session.connection().execute(insert(LateRow), late)


def _entries(row: Register) -> dict[str, tuple[Any, Any]]:
    """What stands in a new row."""
    held = vars(row)
    return {key: (None, said) for key, column in _columns(type(row)) if (said := held[column]) is not None and said != ""}


@cache
def _columns(register: type[Register]) -> tuple[tuple[str, str], ...]:
    return tuple((key, field.column) for key, field in register.fields().items())


def _changes(row: Register) -> dict[str, tuple[Any, Any]]:
    attributes = inspect(row).attrs
    found: dict[str, tuple[Any, Any]] = {}
    for key, field in type(row).fields().items():
        history = attributes[field.column].history
        if history.has_changes():
            old = history.deleted[0] if history.deleted else None
            new = history.added[0] if history.added else None
            if old != new:
                found[key] = (old, new)
    return found


def _tokens(row: Register) -> tuple[str, str]:
    """What was searched of a changed row, and what is now; nothing of either where nothing of that has changed."""
    attributes = inspect(row).attrs
    histories = {name: attributes[name].history for name, _personal in search.searched(type(row))}
    if not any(each.has_changes() for each in histories.values()):
        return "", ""
    old, new = {}, {}
    for name, history in histories.items():
        old[name] = history.deleted[0] if history.deleted else (history.unchanged[0] if history.unchanged else None)
        new[name] = getattr(row, name)
    return search.tokens(type(row), old), search.tokens(type(row), new)


def _before_commit(session: Session) -> None:
    if session.in_nested_transaction():
        return
    session.flush()
    entries = session.info.pop(audit.PENDING, [])
    audit.append(session, entries)


def _forget(session: Session) -> None:
    if session.in_nested_transaction():  # what was told before it began stays
        return
    session.info.pop(audit.PENDING, None)
    session.info.pop(MOVED, None)
