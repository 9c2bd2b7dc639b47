"""Whole columns of values as a file says them, a block of rows at a time.

Everything is done for a column at once and not for each of its values: what has no sign that needs care, which is
nearly all, costs one look at the joined text of the block.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from typing import Any

from services.exchange import workbook_parts as parts

# What Excel can hold in a cell; it counts a sign outside the first 65,536 as two.
CELL_SIGNS = 32_767

_APART = "\x1f"
_CONTROLS = bytes({*range(32)} - {9, 10, 13})
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
# A text that reads like the sign that stands for a sign.
_LIKE_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
# With and without apostrophes before it, so that reading gives back exactly what was written.
_CALCULATES = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_BEGINNING = re.compile(f"{_APART}['=+\\-@\t\r\n＝＋－＠]")  # of a text in a joined block that may read like one
# Numbers with a sign and telephones, alone or parted by spaces, which no spreadsheet adds up.
_SIGNED_NUMBER = re.compile(r"[+-]\d+(?:\.\d+)?|\+\d+(?: \d+)+")
_ZERO, _SECOND, _ZERO_DAY = datetime(1899, 12, 30), timedelta(seconds=1), date(1899, 12, 30).toordinal()


def _filled(values: Sequence[Any]) -> Sequence[str]:
    """Texts, an empty one where nothing stands."""
    return [value or "" for value in values] if None in values else values


def clean(values: Sequence[str]) -> Sequence[str]:
    """The texts without the signs that neither XML nor a spreadsheet can hold."""
    try:
        joined = _APART.join(values).encode()
    except UnicodeEncodeError:
        return [_ILLEGAL.sub("", value) for value in values]
    kept = len(joined.translate(None, _CONTROLS)) + len(values) - 1
    if kept != len(joined) or b"\xef\xbf\xbe" in joined or b"\xef\xbf\xbf" in joined:
        return [_ILLEGAL.sub("", value) for value in values]
    return values


def local(value: datetime, zone: tzinfo) -> datetime:
    """A moment as the clock on the wall of `zone` shows it; one without zone already is."""
    return value.astimezone(zone).replace(tzinfo=None) if value.tzinfo else value


# CSV -----------------------------------------------------------------------------------


def safe(text: str) -> str:
    """The text, led by an apostrophe if a spreadsheet would calculate it. "+8613800138000" is left as it is."""
    if _CALCULATES.match(text) and not _SIGNED_NUMBER.fullmatch(text):
        return f"'{text}"
    return text


def csv_column(values: Sequence[Any], zone: tzinfo) -> Sequence[Any]:
    """The values of a column as they stand in a .csv."""
    kinds = set(map(type, values)) - {type(None)}
    if kinds == {str}:
        texts = clean(_filled(values))
        if _BEGINNING.search(_APART + _APART.join(texts)):
            return [safe(text) for text in texts]
        return texts
    if kinds == {datetime}:
        return [value and (value.astimezone(zone) if value.tzinfo else value).isoformat(" ", "seconds")[:19] for value in values]
    return [_csv_value(value, zone) for value in values] if kinds else values


def _csv_value(value: Any, zone: tzinfo) -> Any:
    if value is None or isinstance(value, int | float | Decimal):
        return value
    if isinstance(value, datetime):
        return local(value, zone).isoformat(" ", "seconds")
    if isinstance(value, date):
        return value.isoformat()
    return safe(_ILLEGAL.sub("", str(value)))


# Cells ---------------------------------------------------------------------------------


class Cells:
    """The cells of one column: `letters` is what the column is called, `style` what a text or number in it looks like."""

    def __init__(self, letters: str, style: int, zone: tzinfo) -> None:
        self.zone = zone
        self.start = f'<c r="{letters}'
        self.styled = f'" s="{style}"' if style else '"'
        self.cut = 0  # texts that were longer than a cell

    def of(self, values: Sequence[Any], rows: Sequence[str]) -> list[str] | None:
        """The cell of each of `values` in the rows so numbered, "" for an empty one; `None` when all are empty."""
        kinds = set(map(type, values)) - {type(None)}
        if not kinds:
            return None
        if kinds == {str}:
            return self._texts(_filled(values), rows)
        if kinds == {datetime} and not any(value and value.year <= 1900 for value in values):
            return self._moments(values, rows)
        return [self._one(value, row) for value, row in zip(values, rows, strict=True)]

    def _texts(self, values: Sequence[str], rows: Sequence[str]) -> list[str]:
        if max(map(len, values)) > CELL_SIGNS // 2:
            values = [self._short(value) for value in values]
        values = _escaped(clean(values))
        kept = "" if list(values) == [value.strip() for value in values] else ' xml:space="preserve"'
        start, inner = self.start, f'{self.styled} t="inlineStr"><is><t{kept}>'
        return [f"{start}{row}{inner}{value}</t></is></c>" if value else "" for row, value in zip(rows, values, strict=True)]

    def _short(self, text: str) -> str:
        """The text as a cell can hold it."""
        if len(text) <= CELL_SIGNS // 2 or len(_ILLEGAL.sub("", text).encode("utf-16-le")) <= CELL_SIGNS * 2:
            return text
        self.cut += 1
        return _ILLEGAL.sub("", text).encode("utf-16-le")[: (CELL_SIGNS - 1) * 2].decode("utf-16-le", "ignore") + "…"

    def _moments(self, values: Sequence[Any], rows: Sequence[str]) -> list[str]:
        if not all(value is None or value.tzinfo for value in values):
            return [self._one(value, row) for value, row in zip(values, rows, strict=True)]
        start, inner, zone = self.start, f'" s="{parts.MOMENT}"><v>', self.zone
        zero = _ZERO.replace(tzinfo=zone)  # of two moments in one zone the difference is that on the wall
        return [
            f"{start}{row}{inner}{(value.astimezone(zone) - zero) // _SECOND / 86400:.10f}</v></c>" if value else ""
            for row, value in zip(rows, values, strict=True)
        ]

    def _one(self, value: Any, row: str) -> str:
        """The cell of one value, whatever it is."""
        if value is None or value == "":
            return ""
        if isinstance(value, bool):
            return f'{self.start}{row}{self.styled} t="b"><v>{int(value)}</v></c>'
        # A number beyond fifteen digits would be rounded.
        if isinstance(value, int | float | Decimal) and abs(float(value)) < 10**15:
            return f"{self.start}{row}{self.styled}><v>{value}</v></c>"
        # Excel's calendar begins with 1900.
        if isinstance(value, datetime):
            value = local(value, self.zone)
            if value.year >= 1900:
                return f'{self.start}{row}" s="{parts.MOMENT}"><v>{(value - _ZERO) // _SECOND / 86400:.10f}</v></c>'
            value = value.isoformat()
        if isinstance(value, date):
            if value.year >= 1900:
                return f'{self.start}{row}" s="{parts.DAY}"><v>{value.toordinal() - _ZERO_DAY}</v></c>'
            value = value.isoformat()
        return self._texts([str(value)], (row,))[0]


def _escaped(values: Sequence[str]) -> Sequence[str]:
    """Clean texts as XML holds them; most need nothing."""
    joined = _APART.join(values)
    changed = joined
    if "&" in changed:
        changed = changed.replace("&", "&amp;")
    if "<" in changed or ">" in changed:
        changed = changed.replace("<", "&lt;").replace(">", "&gt;")
    if "_x" in changed:
        changed = _LIKE_ESCAPED.sub("_x005F_", changed)
    if "\r" in changed:
        changed = changed.replace("\r", "_x000D_")  # XML has only one end of a line
    return values if changed is joined else changed.split(_APART)
