"""An empty workbook to fill in for a register: its headings, the words to choose from, and a sheet that explains each column."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from models.core.fields import Field
from models.core.message import Message, _, language
from models.core.register import REGISTERS, Register
from services.display import NO, YES
from services.exchange.mapping import imported_fields
from services.exchange.workbook import column_letters

ROWS = 2_000  # in which the words to choose from are offered
RULE_SIGNS = 255  # of the words of a list that stand in the rule itself
EXPLANATION, LISTS = _("How to fill in"), "_lists"
EXPLAINED = (_("Column"), _("Must be filled in"), _("What belongs there"), _("Example"), _("Clause"))
# What is written in a cell of each kind, and an example of it; the others say both by their words.
KINDS: dict[str, tuple[Message, str]] = {
    "line": (_("One line"), ""),
    "text": (_("Text; a cell may have several lines"), ""),
    "person": (_("Name of a resident or another person"), "王女士"),
    "staff": (_("Name of a person of the office"), "周敏"),
    "phone": (_("Telephone, with area code or mobile"), "13800138000"),
    "house": (_("House number as it is written everywhere"), "3栋2单元501"),
    "identity": (_("Kind of paper and last four characters"), "身份证 1234"),
    "count": (_("A whole number"), "3"),
    "money": (_("An amount in yuan"), "1234.50"),
    "day": (_("A day"), "2026-03-12"),
    "moment": (_("Day and time"), "2026-03-12 09:30"),
}


def columns(register: type[Register]) -> list[Field]:
    """The columns of the template: what is asked when a record is entered, in the order of the paper, then the rest."""
    fields = {each.key: each for each in imported_fields(register)}
    first = [key for key in register.entry_keys() if key in fields]
    return [fields[key] for key in dict.fromkeys([*first, *fields])]


def must(register: type[Register], field: Field) -> bool:
    """Whether a row is refused without this field: what has a default, or is filled in for a foreign ledger, may be missing."""
    if field.key == register.about.moment:
        return True
    if field.unsayable or field.key in {**register.taken_over_as.values, **register.taken_over_as.stands_in}:
        return False
    return field.required and field.default is None and field.kind != "tick" and "." not in field.key


def words(field: Field) -> tuple[str, ...]:
    """What may be chosen in a cell of the field, in the language of the moment."""
    if field.kind == "tick":
        return str(YES), str(NO)
    return tuple(str(each.label) for each in field.choices or ()) if field.kind == "pick" else ()


def workbook(register: type[Register]) -> bytes:
    """The template of a register in the language of the moment."""
    import xlsxwriter

    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.set_properties({"title": str(register.about.title)})
        _sheet_to_fill(book, register)
        _explanation(book, register)
    return out.getvalue()


def _sheet_to_fill(book: Any, register: type[Register]) -> None:
    look = {"bold": True, "text_wrap": True, "valign": "vcenter", "bottom": 1}
    plain, needed = (
        book.add_format(look | {"bg_color": "#EEF1F4"}),
        book.add_format(look | {"bg_color": "#1F4E8C", "font_color": "#FFFFFF"}),
    )
    as_text = book.add_format({"num_format": "@"})
    codes = {"moment": "yyyy-mm-dd hh:mm", "day": "yyyy-mm-dd"}
    formats = {kind: book.add_format({"num_format": code}) for kind, code in codes.items()}
    sheet = book.add_worksheet(_sheet_name(str(register.about.title)))
    sheet.freeze_panes(1, 0)
    sheet.set_row(0, 32)
    lists: Any = None
    for place, field in enumerate(columns(register)):
        heading = str(field.label)
        sheet.write_string(0, place, f"* {heading}" if must(register, field) else heading, needed if must(register, field) else plain)
        width = max(14.0, min(40.0, sum(2 if ord(sign) > 0x2E80 else 1 for sign in heading) + 4), 36.0 if field.kind == "text" else 0)
        sheet.set_column(
            place, place, width, formats.get(field.kind, as_text if field.kind in ("line", "phone", "house", "identity") else None)
        )
        if choices := words(field):
            source: Any = list(choices)
            if len(",".join(choices)) > RULE_SIGNS or any("," in word for word in choices):
                lists = lists or book.add_worksheet(LISTS)
                lists.write_column(0, place, choices)
                lists.hide()
                letters = column_letters(place)
                source = f"={LISTS}!${letters}$1:${letters}${len(choices)}"
            sheet.data_validation(1, place, ROWS, place, {"validate": "list", "source": source, "error_type": "warning"})


def _explanation(book: Any, register: type[Register]) -> None:
    wrap, bold = book.add_format({"text_wrap": True, "valign": "top"}), book.add_format({"bold": True, "bg_color": "#EEF1F4", "bottom": 1})
    sheet = book.add_worksheet(str(EXPLANATION))
    sheet.freeze_panes(1, 1)
    for place, (title, width) in enumerate(zip(EXPLAINED, (26, 12, 60, 24, 20), strict=True)):
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, str(title), bold)
    for at, field in enumerate(columns(register), 1):
        line = (str(field.label), str(YES) if must(register, field) else "", _meaning(field), _example(field), field.clause)
        for place, text in enumerate(line):
            sheet.write_string(at, place, text, wrap)


def _meaning(field: Field) -> str:
    said = [str(field.help)] if field.help else []
    if field.kind in KINDS:
        said.insert(0, str(KINDS[field.kind][0]))
    elif field.kind == "link":
        said.insert(0, str(_("Number of the record in “{title}”", title=REGISTERS[field.target].about.title)))
    elif choices := words(field):
        said.insert(0, " / ".join(choices))
    return "\n".join(said)


def _example(field: Field) -> str:
    choices = words(field)
    return (
        choices[0] if choices else KINDS[field.kind][1] if field.kind in KINDS and (language() == "zh" or field.kind not in PEOPLE) else ""
    )


PEOPLE = ("person", "staff", "house", "identity")  # of which an example is Chinese


def _sheet_name(title: str) -> str:
    plain: Sequence[str] = [" " if sign in "[]:*?/\\'" else sign for sign in title]
    return "".join(plain)[:31].strip()
