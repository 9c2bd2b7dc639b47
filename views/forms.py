"""Forms made from fields: one WTForms entry for every kind, read by the same rules as cells of a workbook."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask import url_for
from sqlalchemy import select
from werkzeug.datastructures import MultiDict
from wtforms import Field as Entry
from wtforms.form import BaseForm

from models.core.fields import Field
from models.core.message import Message, _
from models.core.register import REGISTERS, Register
from models.core.validity import FILL_IN, problem
from services.database import db
from services.display import Reader, masked, reads
from services.exchange import reading
from services.exchange.reading import Unreadable
from views.pages import Clause, Marks, ordinal

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
ROW = 6  # spans of a row
STAYS = _("Masked; left blank, it stays as it is.")
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
        self.maxlength = declared.longest or None
        self.min, self.max = declared.least, declared.most
        self.readonly = False
        self.options_url = url_for("options.index", register=declared.target) if declared.kind == "link" else None
        self.choices = self._choices()

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
        if not typed and self.unseen is not None:
            self.data = self.unseen
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

    def process_data(self, value: Any) -> None:
        """Show a stored value as it would be typed; one that the reader may not see is kept unless another is typed."""
        self.data = value
        if value and not self.open:
            self.unseen, self.value, self.required = value, "", False
            self.placeholder = masked(self.declared, value)
            self.help = f"{self.help} {STAYS}".strip()
            return
        self.value = as_typed(self.declared, value, self.reader)


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
            if not typed.isdigit():
                raise Unreadable(_("Choose one of the list."))
            return int(typed)
        case "text":
            return reading.text(typed)
        case "phone":
            return reading.line(typed)
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


def entries(
    register: type[Register],
    keys: Iterable[str],
    needed: Iterable[str],
    reader: Reader,
    typed: Any,
    row: Register | None,
    *,
    judged: bool = True,
) -> BaseForm:
    """A form over `keys`: filled from what was `typed` (a MultiDict), else from `row`, else from the defaults.

    `needed` are keys that must be filled although the declaration does not require them. What was
    typed before and is only shown again is not `judged`.
    """
    wanted = set(needed)
    declared = {key: register.field(key) for key in keys}
    form = BaseForm(
        {
            key: RegisterEntry(each, reader, each.required or key in wanted, reads(register, each, reader.role))
            for key, each in declared.items()
        }
    )
    form.process(typed, data={key: row.get(key) for key in declared} if row is not None else None)
    for key, each in declared.items():
        if each.kind == "link" and form[key].data:
            _name_link(form[key], each)
    if not judged:
        for entry in form:
            entry.errors = []
    return form


def _name_link(entry: RegisterEntry, declared: Field) -> None:
    linked = db.session.get(REGISTERS[declared.target], entry.data)
    if linked is None:
        entry.errors = [str(_("Choose one of the list."))]
    else:
        entry.text_value = linked.number


def resolve_links(register: type[Register], keys: list[str], typed: MultiDict[str, str], site_id: int) -> MultiDict[str, str]:
    """What was posted, with linked records that were typed by their number turned into ids."""
    found = MultiDict(typed)
    for key in keys:
        field_ = register.field(key)
        if field_.kind != "link" or f"{key}.text" not in found:
            continue
        said = found[f"{key}.text"].strip()
        target = REGISTERS[field_.target]
        statement = select(target.id).where(target.number == said, target.site_id == site_id)
        match = db.session.execute(statement).first() if said else None
        found[key] = str(match.id) if match else said
    return found


@dataclass(slots=True)
class FormPart:
    """A section of a form on the screen."""

    ordinal: str
    title: str
    fields: list[Any]


@dataclass(slots=True)
class FormPage:
    """A whole form as `form.html` draws it."""

    title: str
    action: str
    submit: str
    cancel_url: str
    parts: list[FormPart]
    number: str = ""
    sub: str | tuple[str, ...] = ""
    intro: str = ""
    crumb: str = ""
    foot: str = ""
    errors: list[tuple[str, str]] = field(default_factory=list)
    conflict: Any = None
    hidden: list[tuple[str, Any]] = field(default_factory=list)
    clauses: list[Clause] = field(default_factory=list)
    draft: Any = None
    multipart: bool = False
    progress: list[tuple[str, int, int, int]] = field(default_factory=list)
    method: str = "post"
    beside: list[Any] = field(default_factory=list)

    def collect_errors(self) -> None:
        """Name each field that needs correcting, for the summary above the form."""
        self.errors = [(str(each.label), f"field-{each.key}") for part in self.parts for each in part.fields if each.errors]


def laid_out(register: type[Register], form: BaseForm, marks: Marks, language: str) -> list[FormPart]:
    """The entries of a form in the parts of the paper, with their clause marks; parts without an entry are left out."""
    found: list[FormPart] = []
    for part in register.parts:
        mine = [form._fields[key] for key in part.keys.split() if key in form._fields]
        for entry in mine:
            entry.mark = marks.mark(entry.declared.clause, entry.declared.label, entry.declared.help)
        if mine:
            fill_rows(mine)
            found.append(FormPart(ordinal(len(found) + 1, language), str(part.title), mine))
    placed = {entry.key for part in found for entry in part.fields}
    rest = [entry for key, entry in form._fields.items() if key not in placed]
    if rest:
        found.append(FormPart(ordinal(len(found) + 1, language), "", rest))
    return found


def fill_rows(entries: list[Any]) -> None:
    """Give what is left of each row of six to the entries in it that can use more."""
    rows: list[list[Any]] = [[]]
    for entry in entries:
        if sum(each.span for each in rows[-1]) + entry.span > ROW:
            rows.append([])
        rows[-1].append(entry)
    for row in rows:
        wider = [each for each in row if each.kind in ("pick", "line", "link") and (len(row) > 1 or each.span > 2)]
        for _left in range(ROW - sum(each.span for each in row) if wider else 0):
            min(wider, key=lambda each: each.span).span += 1


def put_problems(form: BaseForm, problems: dict[str, Message]) -> list[str]:
    """Put messages beside their fields; those without a field on this form are given back."""
    left = []
    for key, message in problems.items():
        if key in form._fields:
            if not form._fields[key].errors:
                form._fields[key].errors = [str(message)]
        else:
            left.append(str(message))
    return left


def both_versions(row: Register, form: BaseForm, reader: Reader, other: str) -> dict[str, Any]:
    """What `other` saved first beside what stands in the form, for every entry in which they differ."""
    register, rows = type(row), []
    for entry in form:
        theirs, mine = row.get(entry.key), entry.data
        if theirs != mine:
            rows.append((entry.label, reader.text(register, entry.declared, theirs), reader.text(register, entry.declared, mine)))
    return {"who": row.created_by if row.version == 1 else other, "at": reader.moment(row.updated_at), "rows": rows}
