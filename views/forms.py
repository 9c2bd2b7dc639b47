"""Forms made from fields, laid out in the parts of the paper."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import g
from markupsafe import Markup, escape
from sqlalchemy import select
from werkzeug.datastructures import MultiDict
from wtforms.form import BaseForm

from models.core.access import granted
from models.core.fields import Field
from models.core.message import Message, _
from models.core.register import REGISTERS, Register
from models.core.taken_over import day_alone
from services.database import db
from services.display import Reader
from services.exchange import reading
from views.controls import RegisterEntry, entry_of
from views.pages import Clause, Marks, ordinal, rules_at

ROW = 6  # spans of a row


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
    form = BaseForm({key: entry_of(each, register, reader, each.required or key in wanted) for key, each in declared.items()})
    for key, each in declared.items():
        if row is not None and row.taken_over and each.unsayable and row.get(key) == "" and key not in wanted:
            form[key].leave_unsaid()
        if row is not None and row.taken_over and isinstance(at := row.get(key), datetime) and day_alone(at, reader.zone):
            form[key].leave_hourless()
    typed = _resolved(declared, typed, g.shell.place.id) if typed is not None else None
    form.process(typed, data={key: row.get(key) for key in declared} if row is not None else None)
    for key, each in declared.items():
        if each.kind == "link":
            _name_link(form[key], each, typed[f"{key}.text"].strip() if typed and f"{key}.text" in typed else "")
    if not judged:
        for entry in form:
            entry.forgive()
    return form


def _name_link(entry: RegisterEntry, declared: Field, said: str) -> None:
    """Put the number of the linked record into its box; what was `said` and leads to none stands there as it was typed."""
    target = REGISTERS[declared.target]
    linked = db.session.get(target, entry.data) if entry.data else None
    if linked is not None:
        entry.text_value = linked.number
    elif said or entry.value:
        entry.text_value, entry.value = said or entry.value, ""
        named = {"value": reading.short(entry.text_value), "register": target.about.title}
        entry.errors = [str(_("“{value}” is no number in “{register}”. Choose one of the list, or enter it there first.", **named))]


def _resolved(declared: dict[str, Field], typed: Any, site_id: int) -> MultiDict[str, str]:
    """What was typed, with linked records that were named by their number turned into ids; a number of none leads nowhere."""
    found = MultiDict(typed)
    for key, field_ in declared.items():
        if field_.kind != "link" or f"{key}.text" not in found:
            continue
        said = found[f"{key}.text"].strip()
        target = REGISTERS[field_.target]
        statement = select(target.id).where(target.number.in_({said, reading.half_width(said)}), target.site_id == site_id)
        match = db.session.execute(statement).first() if said else None
        found[key] = str(match.id) if match else ""
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
    mark: str = ""
    clauses: list[Clause] = field(default_factory=list)
    conduct: list[Clause] = field(default_factory=list)
    draft: Any = None
    multipart: bool = False
    progress: list[tuple[str, int, int, int]] = field(default_factory=list)
    method: str = "post"
    beside: list[Any] = field(default_factory=list)
    shown_as: str = ""
    shown: list[tuple[str, str]] = field(default_factory=list)

    def collect_errors(self) -> None:
        """Name each field that needs correcting, for the summary above the form."""
        self.errors = [(str(each.label), f"field-{each.key}") for part in self.parts for each in part.fields if each.errors]


def laid_out(register: type[Register], form: BaseForm, marks: Marks, language: str) -> list[FormPart]:
    """The entries of a form in the parts of the paper, with their clause marks; parts without an entry are left out."""
    found: list[FormPart] = []
    for part in register.parts:
        mine = [form._fields[key] for key in part.keys.split() if key in form._fields]
        for entry in mine:
            entry.mark = marks.mark(entry.declared.clause, entry.declared.label, entry.declared.help, rules_at(entry.declared))
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


def put_problems(form: BaseForm, problems: dict[str, Message], register: type[Register] | None = None) -> list[str]:
    """Put messages beside their fields; those without a field on this form are given back.

    The number of another record of the `register` that a message names leads to it.
    """
    left = []
    for key, message in problems.items():
        if key in form._fields:
            if not form._fields[key].errors:
                form._fields[key].errors = [_with_link(message, register)]
        else:
            left.append(str(message))
    return left


def _with_link(message: Message, register: type[Register] | None) -> str:
    """A message, the number in it as a link for who reads that record."""
    said, number = str(message), message.values.get("number")
    if register is None or not isinstance(number, str) or not granted(register, "read", g.shell.role):
        return said
    named = (register.site_id == g.shell.place.id, register.number == number)
    found = db.session.execute(select(register.id).where(*named)).scalar()
    before, _number, behind = said.partition(number)
    link = Markup('<a class="num" href="/register/{}/{}/">{}</a>').format(register.key, found, number)
    return said if found is None else escape(before) + link + escape(behind)


def both_versions(row: Register, form: BaseForm, reader: Reader, other: str) -> dict[str, Any]:
    """What `other` saved first beside what stands in the form, for every entry in which they differ."""
    register, rows = type(row), []
    for entry in form:
        theirs, mine = row.get(entry.key), entry.data
        if theirs != mine:
            said = (reader.text(register, entry.declared, value, taken_over=row.taken_over) for value in (theirs, mine))
            rows.append((entry.label, *said))
    return {"who": row.created_by if row.version == 1 else other, "at": reader.moment(row.updated_at), "rows": rows}
