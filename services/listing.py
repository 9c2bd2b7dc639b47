"""One page of a register, or all of it: filters, search and keyset paging over the indexed moment."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, CursorResult, Select, and_, func, literal, or_, select, tuple_
from sqlalchemy.orm import Session

from models.core import search
from models.core.access import Refused, granted
from models.core.deadlines import Clock
from models.core.fields import Field
from models.core.message import _
from models.core.places import Site
from models.core.register import REGISTERS, Register
from models.core.session import now, reading
from services.display import Reader, reads
from services.reporting import opening
from services.reporting.ground import Ground

COUNTED = 10_000
SEARCH_COUNTED = 100
FEW = 1000  # found rows that are put in the order of the list
SIZES = (50, 100, 200)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a reader asks of a list: words, filters by field key, a view, an order.

    A filter of a day or moment is a pair of days (from, to), either of which may be `None`. `counted` is a figure of a report
    whose rows are wanted.
    """

    words: str = ""
    filters: dict[str, Any] = field(default_factory=dict)
    view: str = "all"
    ascending: bool = False
    counted: opening.Place | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the order of the list: the moment and id of a row."""

    moment: Any
    id: int


@dataclass(slots=True)
class Page:
    """The rows of one page, newest first unless asked otherwise, and whether there are more on either side."""

    rows: list[Any]
    first: Place | None
    last: Place | None
    newer: bool
    older: bool


class Listing:
    """The rows of one register at one site that a reader asks for.

    `Refused` when the reader filters or searches by what the role may not read.
    """

    def __init__(self, session: Session, register: type[Register], site_id: int, asked: Asked, role: str, zone: ZoneInfo) -> None:
        self.session = session
        self.register = register
        self.site_id = site_id
        self.asked = asked
        self.role = role
        self.zone = zone
        self.moment = getattr(register, register.about.moment)
        self.behind = opening.behind(asked.counted, register) if asked.counted is not None else None
        self.source: Any = register if self.behind is None else self.behind.source
        self.names = any(each.kind == "person" and reads(register, each, role) for each in register.fields().values())
        self.conditions = self._conditions()

    def _run(self, statement: Select[Any], **options: Any) -> CursorResult[Any]:
        """Run a select over the rows of the site; it goes past the mapper, which would double what a page costs."""
        return reading(self.session, self.register, self.site_id).execute(statement, execution_options=options)

    # What is asked, as conditions ------------------------------------------------------

    def _conditions(self) -> list[ColumnElement[bool]]:
        # A search begins at the rows that the index of words finds, and what is late or counted by a time limit at the clocks;
        # "+ 0" keeps SQLite from walking the whole book instead.
        site = self.register.site_id + 0 if self.searching or self.asked.view == "late" or self.by_clock else self.register.site_id
        found: list[ColumnElement[bool]] = [site == self.site_id]
        for key, wanted in self.asked.filters.items():
            field_ = self.register.fields().get(key)
            if field_ is None or not field_.filtered or not reads(self.register, field_, self.role):
                raise Refused(
                    _("This column can be neither searched nor filtered by your role."), register=self.register.key, action="filter"
                )
            found.append(self._filter(field_, wanted))
        found += self._view()
        if self.asked.counted is not None and self.behind is not None:
            ground = Ground(self.session, self.session.get_one(Site, self.site_id), self.asked.counted.period.span)
            found += self.behind.conditions(ground)
        return found

    def _filter(self, field_: Field, wanted: Any) -> ColumnElement[bool]:
        column = getattr(self.register, field_.column)
        if field_.kind not in ("moment", "day"):
            return column == wanted
        start, end = wanted
        bounds = []
        if start:
            bounds.append(column >= self._begin(field_, start))
        if end:
            bounds.append(column < self._begin(field_, end + timedelta(days=1)))
        return and_(*bounds) if bounds else literal(True)

    def _begin(self, field_: Field, day: date) -> date | datetime:
        return day if field_.kind == "day" else datetime.combine(day, time(), self.zone)

    def _view(self) -> list[ColumnElement[bool]]:
        match self.asked.view:
            case "open":
                closed = [choice.value for choice in self.register.closed]
                codes = [choice.value for choice in self.register.fields()["state"].choices or () if choice.value not in closed]
                return [self.register.state.in_(codes), self.register.voided_at.is_(None)]
            case "late":
                late = select(Clock.record_id).where(
                    Clock.site_id == self.site_id,
                    Clock.register == self.register.key,
                    Clock.met_at.is_(None),
                    Clock.stopped_at.is_(None),
                    Clock.due_at < now(),
                )
                return [self.register.id.in_(late)]
            case "void":
                return [self.register.voided_at.is_not(None)]
            case "month":
                today = now().astimezone(self.zone).date()
                return [self._filter(self.register.fields()[self.register.about.moment], (today.replace(day=1), None))]
        return []

    def _found(self, statement: Select[Any]) -> Select[Any]:
        """Limit a statement to the rows in which the words stand."""
        if self._hits is None or self.few is not None:
            statement = statement.where(self.register.id.in_(self.few or []))
        else:
            index = search.index_table(self.register)
            statement = statement.join(index, self.register.id == index.c.rowid + 0).where(self._hits)
        again = search.contains(self.register, self.asked.words, self.names)
        return statement.where(again) if again is not None else statement

    @property
    def searching(self) -> bool:
        """Whether words are asked for."""
        return bool(self.asked.words.strip())

    @cached_property
    def _hits(self) -> ColumnElement[Any] | None:
        return search.hits(self.register, self.asked.words, self.names, self.session.get_bind().dialect.name)

    @cached_property
    def few(self) -> list[int] | None:
        """The ids of the rows that the index finds, when there are at most a thousand; `None` when there are more."""
        if self._hits is None:
            return []
        index = search.index_table(self.register)
        found = self._run(select(index.c.rowid).where(self._hits).limit(FEW + 1)).scalars().all()
        return list(found) if len(found) <= FEW else None

    @property
    def by_clock(self) -> bool:
        """Whether the rows are found by a time limit of theirs, which is in another order than the list."""
        return self.behind is not None and self.behind.limit is not None and not self.searching

    @property
    def by_entry(self) -> bool:
        """Whether so many rows are found that they come in the order of entry, which the index keeps (decision 2)."""
        return self.searching and self.few is None

    # Pages -----------------------------------------------------------------------------

    def page(self, columns: list[Any], size: int, *, older: Place | None = None, newer: Place | None = None, oldest: bool = False) -> Page:
        """One page of `size` rows: the newest, the one `older` or `newer` than a place, or the `oldest`.

        Each row has the asked columns, and `id` and `_moment` besides.
        """
        backward = newer is not None or oldest
        statement = self._statement([] if self.by_clock else columns)
        place = newer or older
        if place is not None:
            statement = statement.where(self._beyond(place, toward_newer=newer is not None))
        statement = self._ordered(statement, reverse=backward).limit(size + 1)
        rows = list(self._run(self._widened(statement, columns, reverse=backward) if self.by_clock else statement))
        more, rows = len(rows) > size, rows[:size]
        if backward:
            rows.reverse()
        first = Place(rows[0]._moment, rows[0].id) if rows else None
        last = Place(rows[-1]._moment, rows[-1].id) if rows else None
        return Page(
            rows,
            first,
            last,
            newer=(more if backward else older is not None) if not oldest else more,
            older=(newer is not None if backward else more) if not oldest else False,
        )

    def neighbours(self, place: Place) -> tuple[int | None, int | None]:
        """The ids of the rows before and after a place, as the list stands; `None` at an end."""
        before, after = self.page([], 1, newer=place).rows, self.page([], 1, older=place).rows
        return before[0].id if before else None, after[0].id if after else None

    def _statement(self, columns: list[Any]) -> Select[Any]:
        statement = select(self.register.id, self.moment.label("_moment"), *columns).select_from(self.source)
        statement = statement.where(*self.conditions)
        return self._found(statement) if self.searching else statement

    def _widened(self, found: Select[Any], columns: list[Any], *, reverse: bool) -> Select[Any]:
        """The rows that `found` orders by themselves, with their columns: those of a whole month are not carried through the sorting."""
        page = found.subquery()
        statement = select(self.register.id, self.moment.label("_moment"), *columns).join(page, page.c.id == self.register.id)
        return self._ordered(statement, reverse=reverse)

    def _order(self) -> tuple[Any, ...]:
        if self.by_entry:
            dialect = self.session.get_bind().dialect.name
            return (search.index_table(self.register).c.rowid,) if dialect == "sqlite" else (self.register.id,)
        return (self.moment, self.register.id)

    def _ordered(self, statement: Select[Any], *, reverse: bool) -> Select[Any]:
        descending = self.asked.ascending == reverse
        return statement.order_by(*[each.desc() if descending else each.asc() for each in self._order()])

    def _beyond(self, place: Place, *, toward_newer: bool) -> ColumnElement[bool]:
        upward = toward_newer != self.asked.ascending
        order = self._order()
        if len(order) == 1:
            return order[0] > place.id if upward else order[0] < place.id
        here = tuple_(literal(place.moment, self.moment.type), place.id)
        return tuple_(*order) > here if upward else tuple_(*order) < here

    def count(self, most: int = 0) -> tuple[int, bool]:
        """How many rows there are, and whether the count stopped there: at `most`, else at 10,000, or at 100 in a search."""
        most = most or (SEARCH_COUNTED if self.searching else COUNTED)
        statement = select(literal(1)).select_from(self.source).where(*self.conditions)
        if self.searching:
            statement = self._found(statement)
        counted = self._run(select(func.count()).select_from(statement.limit(most + 1).subquery())).scalar_one()
        return min(counted, most), counted > most

    def count_view(self, view: str, most: int = 99) -> tuple[int, bool]:
        """How many rows a view has, counted to `most` and no further."""
        other = Listing(self.session, self.register, self.site_id, Asked(view=view), self.role, self.zone)
        statement = select(literal(1)).select_from(self.register).where(*other.conditions).limit(most + 1)
        counted = self._run(select(func.count()).select_from(statement.subquery())).scalar_one()
        return min(counted, most), counted > most

    def blocks(self, columns: list[Any], size: int) -> Iterator[Sequence[Any]]:
        """Every row that is asked for, in the order of the list, `size` at a time as they come from the database."""
        yield from self._run(self._ordered(self._statement(columns), reverse=False), yield_per=size).partitions()

    def ids(self, ids: list[int]) -> ColumnElement[bool]:
        """The condition that keeps to some of the rows."""
        return or_(*[self.register.id == each for each in ids])


def shown_fields(register: type[Register], chosen: Collection[str]) -> list[Field]:
    """The columns of a list: those that are listed, or of these the chosen ones with what names the row."""
    listed = [each for each in register.fields().values() if each.listed]
    if not chosen:
        return listed
    return [each for each in listed if each.key in chosen or each.key in ("number", register.about.subject)]


def subjects(session: Session, register: type[Register], rows: Sequence[Any], reader: Reader) -> dict[int, str]:
    """What tells each of `rows` from the others, by id; of a register whose subject is a link, that of the linked record.

    The rows carry the column of the subject.
    """
    field_ = register.fields()[register.about.subject]
    if field_.kind != "link":
        say = reader.formatter(register, field_)
        return {row.id: say(getattr(row, field_.column)) or "—" for row in rows}
    target = REGISTERS[field_.target]
    ids = {getattr(row, field_.column) for row in rows} - {None}
    if not ids or not granted(target, "read", reader.role):
        return {row.id: "—" for row in rows}
    column = getattr(target, target.fields()[target.about.subject].column)
    linked = session.execute(select(target.id, column.label(column.key)).where(target.id.in_(ids))).all()
    said = subjects(session, target, linked, reader)
    return {row.id: said.get(getattr(row, field_.column), "—") for row in rows}
