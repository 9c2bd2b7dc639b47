"""The entries of a screen form, one for every kind of field, read by the same rules as cells of a workbook."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask import url_for
from wtforms import Field as Entry

from models.core.audit import plain
from models.core.fields import Field, meant
from models.core.message import _
from models.core.register import Register
from models.core.validity import FILL_IN, problem
from services.display import NOT_STATED, Reader, masked, reads
from services.exchange import reading
from services.exchange.reading import Unreadable

SPANS = {
    "text": 6,
    "house": 2,
    "phone": 2,
    "person": 2,
    "moment": 2,
    "day": 2,
    "count": 1,
    "tick": 2,
    "pick": 3,
    "line": 2,
    "link": 2,
    "staff": 2,
}
STAYS = _("Masked; left blank, it stays as it is.")
DAY_ALONE = _("The ledger stated the day alone. An hour may be added behind it: 2019-02-28 11:25.")
LONGEST_ID = 10  # digits, past those of any record
MODES = {"phone": "tel", "count": "numeric", "money": "decimal"}


class RegisterEntry(Entry):
    """One field on a screen form: what was typed stays in `value`, what it means is in `data`."""

    def __init__(self, declared: Field, reader: Reader, needed: bool, open_: bool, **options: Any) -> None:
        super().__init__(str(declared.label), default=declared.default, **options)
        self.label = str(declared.label)
        self.declared = declared
        self.reader = reader
        self.open = open_
        self.unseen: Any = None
        self.key = declared.key
        self.kind = "pick" if declared.kind == "tick" and not declared.required else declared.kind
        self.required = needed and declared.kind != "tick"
        self.help = str(declared.help)
        self.mark = ""
        self.value: Any = ""
        self.text_value = ""
        self.errors: list[str] = []
        self.span = 4 if declared.kind == "line" and declared.longest > 150 else SPANS.get(declared.kind, 2)
        if declared.choices is not None and len(declared.choices) <= 3:
            self.span = 2
        elif declared.choices is not None and len(declared.choices) <= 7:
            self.span = 4 if len(declared.choices) < 6 else 6
        self.rows = 4
        self.placeholder = ""
        self.inputmode = MODES.get(declared.kind, "")
        self.autocomplete = "off"
        self.readonly = False
        self.options_url = url_for("options.index", register=declared.target) if declared.kind == "link" else None
        self.choices = self._choices()
        self.none = ""
        self.hourless = False

    def _choices(self) -> list[tuple[str, str]]:
        if self.declared.choices is not None:
            return [(choice.value, str(choice.label)) for choice in self.declared.choices]
        if self.kind == "pick":
            return [("1", str(_("Yes"))), ("0", str(_("No")))]
        return []

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed; a value that cannot be read keeps its text and gets an error."""
        typed = valuelist[0].strip() if valuelist else ""
        self.value = typed
        if not typed and (self.unseen is not None or self.none):
            self.data = self.unseen or ""
            return
        try:
            self.data = read_typed(self.declared, typed, self.reader)
        except Unreadable as unreadable:
            self.data = None
            self.errors = [str(unreadable.message)]
            return
        if self.data in (None, "") and self.required and self.declared.kind != "tick":
            self.errors = [str(FILL_IN)]
        elif self.data not in (None, "") and (wrong := problem(self.declared, self.data)):
            self.errors = [str(wrong)]

    def leave_unsaid(self) -> None:
        """What an old ledger does not say need not be made up: left empty, it stays “not stated”."""
        self.required, self.none = False, str(NOT_STATED)
        self.placeholder = self.none

    def leave_hourless(self) -> None:
        """A moment of which an old ledger stated the day alone is typed as that day; an hour may be put behind it."""
        self.hourless, self.kind = True, "line"
        self.help = f"{self.help} {DAY_ALONE}".strip()

    def forgive(self) -> None:
        """Forget what is wrong: it was typed before and is only shown again."""
        self.errors = []

    def process_data(self, value: Any) -> None:
        """Show a stored value as it would be typed; one that the reader may not see is kept unless another is typed."""
        self.data = value
        if value and not self.open:
            self.unseen, self.value, self.required = value, "", False
            self.placeholder = masked(self.declared, value)
            self.help = f"{self.help} {STAYS}".strip()
            return
        self.value = self.reader.moment(value, taken_over=True) if self.hourless else as_typed(self.declared, value, self.reader)


class Cell(RegisterEntry):
    """One cell of a table inside a form; what stood there stays when a masked cell is left blank."""

    def read(self, typed: str | None, kept: Any) -> None:
        """Take what was typed, if this form was sent, else show what is kept."""
        self.errors = []
        self.process_data(kept)
        if typed is not None:
            self.process_formdata([typed])


class GridEntry(RegisterEntry):
    """A table inside a form: its lines are named `key-0-column`, `key-1-column` and so on; blank lines are dropped.

    A table with a printed line for each word of a closed list keeps them all, in that order.
    """

    spare = 3  # blank lines under those that are written

    def __init__(self, declared: Field, register: type[Register], **options: Any) -> None:
        super().__init__(declared, **options)
        assert declared.lines is not None
        self.register = register
        self.columns = declared.lines.columns
        self.each = declared.each
        self.span = 6
        self.lines: list[list[Cell]] = []
        self.blank = self._line("N", {}, None)

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        """Read the lines that were sent; without any, those that are kept."""
        kept = self.declared.default() if not data and self.declared.default is not None else data
        standing: list[Mapping[str, Any]] = list(kept or [])
        self.errors, self.lines, self.data = [], [], standing or None
        sent = formdata if formdata is not None and any(name.startswith(f"{self.key}-") for name in formdata) else None
        many = len(standing) if self.each else max(len(standing) + self.spare, self._sent(sent))
        for place in range(many):
            line = standing[place] if place < len(standing) else {}
            self.lines.append(self._line(str(place), line, sent))
        if sent is not None:
            self._judge()

    def forgive(self) -> None:
        """Forget what is wrong in the table and in its cells."""
        super().forgive()
        for cell in (cell for cells in self.lines for cell in cells):
            cell.forgive()

    def _sent(self, sent: Any) -> int:
        places = (name.split("-")[1] for name in sent or () if name.startswith(f"{self.key}-"))
        return max((int(place) + 1 for place in places if place.isdigit() and len(place) < 4), default=0)

    def _line(self, place: str, line: Mapping[str, Any], sent: Any) -> list[Cell]:
        cells = []
        for key, column in self.columns.items():
            name = f"{self.key}-{place}-{key}"
            cell = Cell(column, self.reader, False, reads(self.register, column, self.reader.role), **self._bound(name))
            cell.key = name
            if self.each == key:
                cell.kind, cell.text_value, cell.value = "static", str(column.choices.labelled(line.get(key, ""))), line.get(key)  # type: ignore[union-attr]
                cell.data = line.get(key)
            else:
                cell.read(sent.get(name, "") if sent is not None else None, meant(column, line.get(key)))
            cell.required = column.required and cell.unseen is None  # a blank line lacks nothing; `_judge` says what a written one lacks
            cells.append(cell)
        return cells

    def _bound(self, name: str) -> dict[str, Any]:
        return {"name": name, "_form": None, "_prefix": "", "_translations": None, "_meta": self.meta}

    def _judge(self) -> None:
        """What the lines mean; what is wrong with one stands beside its cell, and the table is marked."""
        found = []
        for cells in self.lines:
            line = dict(zip(self.columns, (plain(cell.data) for cell in cells), strict=True))
            written = {key: value for key, value in line.items() if key != self.each and value not in (None, "", False)}
            unread = any(cell.errors for cell in cells)
            if not (written or unread or self.each):
                continue
            if written or unread:
                for cell, column in zip(cells, self.columns.values(), strict=True):
                    if column.required and cell.data in (None, "") and not cell.errors and cell.kind != "static":
                        cell.errors = [str(FILL_IN)]
            found.append({key: None if value == "" else value for key, value in line.items()})
        self.data = found or None
        if any(cell.errors for cells in self.lines for cell in cells):
            self.errors = [str(_("Look at the marked cells of this table."))]
        elif self.data is None and self.required:
            self.errors = [str(FILL_IN)]


def entry_of(declared: Field, register: type[Register], reader: Reader, needed: bool) -> RegisterEntry:
    """The entry of a field on a form for `reader`, whether it must be filled or not."""
    if declared.lines is not None:
        return GridEntry(declared, register, reader=reader, needed=needed, open_=True)
    return RegisterEntry(declared, reader, needed, reads(register, declared, reader.role))


def read_typed(declared: Field, typed: str, reader: Reader) -> Any:
    """What `typed` means for a field. Raises `Unreadable` with what is wrong and what is expected."""
    if declared.kind == "tick":
        return (typed == "1") if declared.required else {"1": True, "0": False}.get(typed)
    if not typed:
        return None
    match declared.kind:
        case "moment":
            found = reading.moment(typed, reader.zone)
            return found.at if found else None
        case "day":
            return reading.day(typed)
        case "count":
            return reading.count(typed)
        case "money":
            return reading.money(typed)
        case "link":
            return int(typed) if typed.isdecimal() and len(typed) < LONGEST_ID else None
        case "house":
            return reading.house(typed)
        case "phone" | "identity":
            return reading.line(reading.half_width(typed))
        case "text":
            return reading.text(typed)
        case "line" if declared.units:
            return reading.measure(typed, declared.units)
    return reading.line(typed)


def as_typed(declared: Field, value: Any, reader: Reader) -> Any:
    """A stored value as it stands in the control of a form."""
    match value:
        case None:
            return ""
        case bool():
            return value if declared.required else "1" if value else "0"
        case datetime():
            return value.astimezone(reader.zone).strftime("%Y-%m-%dT%H:%M")
        case date():
            return value.isoformat()
        case Decimal():
            return f"{value:.2f}"
    return str(value)
