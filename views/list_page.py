"""The list of a register as `list.html` draws it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from flask import g, request
from sqlalchemy import select

from models.core.access import granted
from models.core.deadlines import Clock
from models.core.fields import Field
from models.core.message import Message, _
from models.core.register import REGISTERS, Register
from models.core.session import now
from services.database import db
from services.display import Hand, hand, reads, silence
from services.listing import SIZES, Listing, shown_fields, subjects
from views.asking import SILENT, VIEWS, asked_of, may_be_silent, parse_place, token_of
from views.pages import Button, Cell, Row, State, state_of

HIDDEN = ("sort", "view", "size", "columns", "counted", "period", "of")  # what a search keeps of the address
# Which columns give way first as the sheet narrows: 3, then 2, never 1.
PRIORITIES = {"number": 1, "subject": 1, "moment": 1, "pick": 3, "tick": 3, "count": 3}


@dataclass(slots=True)
class Column:
    """One column of a list."""

    key: str
    label: str
    kind: str
    width: str
    sort: str = ""
    sort_url: str | None = None
    priority: int = 1


@dataclass(slots=True)
class FilterField:
    """One filter as the popover asks for it."""

    key: str
    label: str
    kind: str
    choices: list[tuple[str, str]]
    value: str = ""
    value_to: str = ""


@dataclass(slots=True)
class ListPage:
    """Everything that `list.html` draws."""

    title: str
    sub: tuple[str, ...]
    chapter: str
    search: str
    search_hint: str
    views: list[dict[str, Any]]
    columns: list[Column]
    rows: list[Row]
    pager: dict[str, Any]
    buttons: list[Button]
    bulk: list[dict[str, str]]
    bulk_url: str
    empty: dict[str, Any]
    filter_fields: list[FilterField] = field(default_factory=list)
    filters_on: list[dict[str, str]] = field(default_factory=list)
    clear_url: str = ""
    hidden: list[tuple[str, str]] = field(default_factory=list)
    columns_menu: list[dict[str, Any]] = field(default_factory=list)
    density: str = ""


class ListMaker:
    """Makes the list page of one register for one request."""

    def __init__(self, register: type[Register], chapter_title: str, url: str, buttons: list[Button], bulk: list[dict[str, str]]) -> None:
        self.register = register
        self.chapter_title = chapter_title
        self.url = url
        self.buttons = buttons
        self.bulk = bulk
        self.reader = g.shell.reader
        self.asked = asked_of(register, self.reader.role)
        self.listing = Listing(db.session, register, g.shell.place.id, self.asked, self.reader.role, self.reader.zone)
        size = request.args.get("size", "50")
        self.size = int(size) if size in {str(each) for each in SIZES} else SIZES[0]
        self.fields = shown_fields(register, request.args.getlist("columns"))

    def link(self, **changes: Any) -> str:
        """The address of this list with some of what it asks changed; `None` takes a word out."""
        kept: dict[str, Any] = {key: request.args.getlist(key) for key in request.args if key not in ("older", "newer", "oldest")}
        kept.update(changes)
        query = urlencode(
            [
                (key, value)
                for key, values in kept.items()
                if values not in (None, "")
                for value in (values if isinstance(values, list) else [values])
            ]
        )
        return f"{self.url}?{query}" if query else self.url

    def make(self) -> ListPage:
        """The page."""
        page = self._page()
        count, capped = self.listing.count()
        clocked = bool(self.register.deadlines)
        about = self.register.about
        return ListPage(
            title=str(about.title),
            sub=(g.shell.place.named(g.shell.lang), str(_("clause {clause}", clause=about.clause))),
            chapter=self.chapter_title,
            search=self.asked.words,
            search_hint=self._search_hint(),
            views=self._views(),
            columns=self._columns(clocked),
            rows=self._rows(page.rows, clocked),
            pager=self._pager(page, count, capped),
            buttons=self.buttons,
            bulk=self.bulk,
            bulk_url=f"{self.url}action/",
            empty=self._empty(),
            filter_fields=self._filter_fields(),
            filters_on=self._filters_on(),
            density="compact" if request.cookies.get("density") == "compact" else "",
            clear_url=self.link(**dict.fromkeys([key for key in request.args if key not in ("size", "view", "columns")])),
            hidden=[(key, value) for key in HIDDEN for value in request.args.getlist(key)],
            columns_menu=[
                {"key": each.key, "label": str(each.label), "shown": each in self.fields}
                for each in self.register.fields().values()
                if each.listed
            ],
        )

    def _page(self) -> Any:
        columns = list(
            dict.fromkeys(
                [
                    self.register.number,
                    self.register.state,
                    self.register.voided_at,
                    self.register.taken_over,
                    *(getattr(self.register, each.column) for each in self.fields),
                    getattr(self.register, self.register.fields()[self.register.about.subject].column),
                ]
            )
        )
        older, newer = request.args.get("older"), request.args.get("newer")
        return self.listing.page(
            columns,
            self.size,
            older=parse_place(self.register, older) if older else None,
            newer=parse_place(self.register, newer) if newer else None,
            oldest="oldest" in request.args,
        )

    def _search_hint(self) -> str:
        searched = [each for each in self.register.fields().values() if each.searched and reads(self.register, each, self.reader.role)]
        searched.sort(key=lambda each: (each.key != self.register.about.subject, each.kind not in ("house", "person")))
        names = [each.label for each in searched]
        comma = "、" if self.reader.language == "zh" else ", "
        return str(_("{columns}; one character is enough", columns=comma.join(str(each) for each in names[:3])))

    def _views(self) -> list[dict[str, Any]]:
        found = []
        for key, label in VIEWS.items():
            if key == "late" and not self.register.deadlines:
                continue
            count: str | None = None
            if key in ("open", "late"):
                number, more = (g.shell.late.get(self.register.key, 0), False) if key == "late" else self.listing.count_view(key)
                count = f"{number}+" if more or number >= 99 else str(number)
            found.append(
                {
                    "label": str(label),
                    "url": self.link(view=None if key == "all" else key),
                    "count": count,
                    "hot": key == "late" and count != "0",
                    "current": key == self.asked.view,
                }
            )
        return found

    def _columns(self, clocked: bool) -> list[Column]:
        found = []
        for each in self.fields:
            kind = "subject" if each.key == self.register.about.subject else each.kind
            column = Column(
                each.key,
                str(each.label),
                kind,
                f"w-{kind}",
                priority=1 if each.key == "state" else PRIORITIES.get(kind, 2),
            )
            if each.key == self.register.about.moment and not self.listing.by_entry:
                column.sort = "asc" if self.asked.ascending else "desc"
                column.sort_url = self.link(sort=None if self.asked.ascending else each.key)
            found.append(column)
        if clocked:
            found.append(Column("clock", str(_("Nearest time limit")), "clock", "w-clock"))
        return found

    def _rows(self, rows: list[Any], clocked: bool) -> list[Row]:
        clocks = self._clocks([row.id for row in rows]) if clocked else {}
        titles = subjects(db.session, self.register, rows, self.reader)
        links = {each.key: self._linked(each, rows) for each in self.fields if each.kind == "link"}
        year = now().astimezone(self.reader.zone).year
        makers = [
            (each, "subject", lambda row: titles[row.id][:120])
            if each.key == self.register.about.subject
            else (each, each.kind, self._cell_maker(each, links, year))
            for each in self.fields
        ]
        states: dict[tuple[str, bool], State] = {}
        found = []
        for row in rows:
            void = row.voided_at is not None
            drawn = states.get((row.state, void))
            if drawn is None:
                drawn = states[row.state, void] = state_of(self.register, row.state, void)
            cells = [Cell(kind, make(row), title="") for _each, kind, make in makers]
            if clocked:
                cells.append(Cell("clock", ""))
            line = " · ".join(
                cell.text
                for (each, kind, _make), cell in zip(makers, cells, strict=False)
                if (kind in ("house", "person", "link") or each.key == self.register.about.moment) and cell.text
            )
            found.append(
                Row(
                    row.id,
                    f"{self.url}{row.id}/",
                    row.number,
                    void,
                    cells,
                    drawn,
                    None if void else clocks.get(row.id),
                    titles[row.id],
                    line,
                )
            )
        return found

    def _cell_maker(self, each: Field, links: dict[str, dict[int, str]], year: int) -> Any:
        name = each.column
        if each.kind == "link":
            numbers = links[each.key]
            return lambda row: numbers.get(getattr(row, name), "")
        if each.kind == "moment":
            return lambda row: self.reader.short_moment(getattr(row, name), year, taken_over=row.taken_over)
        say = self.reader.formatter(self.register, each)
        if each.kind in ("text", "line"):
            return lambda row: say(getattr(row, name))[:120]
        if each.kind == "number":
            return lambda row: row.number
        return lambda row: say(getattr(row, name))

    def _linked(self, each: Field, rows: list[Any]) -> dict[int, str]:
        target = REGISTERS[each.target]
        if not granted(target, "read", self.reader.role):
            return {}
        ids = {getattr(row, each.column) for row in rows} - {None}
        return {row.id: row.number for row in db.session.execute(select(target.id, target.number).where(target.id.in_(ids)))} if ids else {}

    def _clocks(self, ids: list[int]) -> dict[int, Hand]:
        """For each row its nearest open clock; where none is open, whether all were kept."""
        clock = Clock.__table__.c  # the table and not the class: as it stands in the connection, past the mapper
        rows = db.session.connection().execute(
            select(clock.record_id, clock.name, clock.due_at, clock.met_at, clock.waits_for)
            .where(clock.register == self.register.key, clock.record_id.in_(ids), clock.stopped_at.is_(None))
            .order_by(clock.due_at.is_(None), clock.due_at)
        )
        labels = {each.name: each.label for each in self.register.deadlines}
        by_row: dict[int, list[Any]] = {}
        for each in rows:
            by_row.setdefault(each.record_id, []).append(each)
        moment = now()
        return {row_id: nearest(clocks, labels, moment) for row_id, clocks in by_row.items()}

    def _pager(self, page: Any, count: int, capped: bool) -> dict[str, Any]:
        total = f"{count:,}+" if capped else f"{count:,}"
        newer = self.link(newer=token_of(page.first)) if page.newer and page.first else None
        older = self.link(older=token_of(page.last)) if page.older and page.last else None
        start, end = self.link(), self.link(oldest="1")
        ends = (start if newer else None, newer, older, end if older else None)
        span = str(_("{first} to {last}", first=page.rows[0].number, last=page.rows[-1].number)) if page.rows else ""
        return {
            "newest": ends[0],
            "newer": ends[1],
            "older": ends[2],
            "oldest": ends[3],
            "count": str(_("{n} rows", n=total)),
            "range": f"{span} · {self._said_order()}" if span else "",
            "sizes": [(each, self.link(size=str(each)), each == self.size) for each in SIZES],
        }

    def _said_order(self) -> Message:
        if self.listing.by_entry:
            return _("oldest entry first") if self.asked.ascending else _("newest entry first")
        return _("oldest first") if self.asked.ascending else _("newest first")

    def _empty(self) -> dict[str, Any]:
        narrowed = bool(self.asked.words or self.asked.filters or self.asked.view != "all" or self.asked.counted)
        if narrowed:
            return {"text": str(_("Nothing matches; remove a filter.")), "button": Button(_("Show all"), self.url)}
        return {
            "text": str(_("Nothing has been entered in this book yet.")),
            "button": next((each for each in self.buttons if each.primary), None),
        }

    def _filter_fields(self) -> list[FilterField]:
        found = []
        for each in self.register.fields().values():
            if not each.filtered or not reads(self.register, each, self.reader.role):
                continue
            kind = {"moment": "day", "day": "day", "pick": "choice", "state": "choice", "tick": "choice"}.get(each.kind, "text")
            choices = (
                [(choice.value, str(choice.label)) for choice in each.choices]
                if each.choices
                else [("1", str(_("Yes"))), ("0", str(_("No")))]
            )
            if may_be_silent(each):
                choices.append((SILENT, str(silence(each))))
            found.append(
                FilterField(
                    each.key, str(each.label), kind, choices, request.args.get(each.key, ""), request.args.get(f"{each.key}-to", "")
                )
            )
        return found

    def _filters_on(self) -> list[dict[str, str]]:
        found = []
        if (counted := self.asked.counted) is not None:
            value = _("{figure}, {period}", figure=counted.label, period=counted.period.label)
            found.append({"label": str(_("Counted as")), "value": str(value), "remove_url": self.link(counted=None, period=None, of=None)})
        for key, wanted in self.asked.filters.items():
            each = self.register.fields()[key]
            if isinstance(wanted, tuple):
                text = " – ".join(day.isoformat() if day else "…" for day in wanted)
            else:
                text = str(silence(each)) if wanted == each.silence else self.reader.text(self.register, each, wanted)
            found.append({"label": str(each.label), "value": text, "remove_url": self.link(**{key: None, f"{key}-to": None})})
        return found


def nearest(clocks: list[Any], labels: dict[str, Message], moment: datetime) -> Hand:
    """The clock that a list shows: the first that is open; else the word for all kept, or the first kept late."""
    for clock in clocks:
        if clock.met_at is None and clock.name in labels:
            return hand(labels[clock.name], clock.due_at, None, moment, clock.waits_for)
    late = [clock for clock in clocks if clock.due_at is not None and clock.met_at > clock.due_at and clock.name in labels]
    if late:
        return hand(labels[late[0].name], late[0].due_at, late[0].met_at, moment)
    return Hand("", str(_("All on time")), "met")
