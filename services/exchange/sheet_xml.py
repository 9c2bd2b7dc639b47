"""The sheets of an .xlsx file, read row by row.

A ledger of a hundred thousand rows is never in memory as a whole, a lone cell at the far end of a
sheet costs nothing, and a text that stands in many cells is kept once. What readers of workbooks
do as a rule is different in all three: they lay the sheet out as one block of cells.
"""

from __future__ import annotations

import pickle
import re
import sys
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any, BinaryIO, NamedTuple
from xml.etree import ElementTree
from xml.parsers import expat

PIECE = 256 * 1024
# Cells further right are passed over, rows further down (Excel has no more) are a fault.
MOST_COLUMNS = 500
MOST_ROWS = 1_048_576
# Excel keeps 32,767 signs in a cell; a text is handed over in a few pieces at most.
MOST_SIGNS = 100_000
MOST_PIECES = 100
# Rows that are handed over together to another process.
AT_ONCE = 200

# What a broken file can raise in any place.
FAULTS = (
    zipfile.BadZipFile,
    zlib.error,
    expat.ExpatError,
    ElementTree.ParseError,
    LookupError,
    ValueError,
    OverflowError,
    EOFError,
    OSError,
    RuntimeError,
)

# Day 0 of Excel's calendar, right for every day after February 1900.
DAY_ZERO = datetime(1899, 12, 30)
LAST_SERIAL = 2_958_466

_DATE_FORMATS = frozenset([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)])
_NOT_SHOWN = re.compile(r'"[^"]*"|\[(?!h+\]|m+\]|s+\])[^\]]*\]|\\.|_.|\*.', re.IGNORECASE)
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_PLACE = re.compile(r"([A-Za-z]{1,3})[0-9]+")


class Sheet(NamedTuple):
    """A visible sheet: its name and where in the file it lies."""

    name: str
    part: str


class SheetBook:
    """An .xlsx file open for reading. Any fault in it raises what `FAULTS` names."""

    def __init__(self, file: BinaryIO) -> None:
        self.archive = zipfile.ZipFile(file)
        self.texts: list[str] | None = None
        self.dates: list[bool] = []
        self.sheets = tuple(self._visible_sheets())
        if "xl/styles.xml" in self.archive.namelist():
            self.dates = list(_date_styles(self._tree("xl/styles.xml")))

    def close(self) -> None:
        """Let go of the file."""
        self.archive.close()

    def rows(self, sheet: Sheet) -> Iterator[tuple[int, list[Any]]]:
        """Each row that holds something: its number from 1 and its values from column A on, "" where nothing stands."""
        if self.texts is None:
            self.texts = list(self._shared_texts())
        ready: list[tuple[int, list[Any]]] = []
        parser = expat.ParserCreate()
        parser.buffer_text = True
        maker = _RowMaker(parser, ready, self.texts, self.dates)
        with self.archive.open(sheet.part) as part:
            while piece := part.read(PIECE):
                parser.Parse(piece)
                if len(maker.pieces) > MOST_PIECES or maker.number > MOST_ROWS:
                    raise ValueError(sheet.part)
                yield from ready
                ready.clear()
            parser.Parse(b"", True)
        yield from ready

    def _tree(self, part: str) -> ElementTree.Element:
        return ElementTree.fromstring(self.archive.read(part))

    def _visible_sheets(self) -> Iterator[Sheet]:
        targets = {
            each.get("Id"): each.get("Target", "")
            for each in self._tree("xl/_rels/workbook.xml.rels")
            if each.get("Type", "").endswith("/worksheet")
        }
        for each in self._tree("xl/workbook.xml").iter():
            if _local(each.tag) != "sheet" or each.get("state", "visible") != "visible":
                continue
            link = next((value for key, value in each.attrib.items() if _local(key) == "id"), None)
            if link in targets:
                target = targets[link]
                yield Sheet(each.get("name", ""), target.lstrip("/") if target.startswith("/") else f"xl/{target}")

    def _shared_texts(self) -> Iterator[str]:
        """The table of texts that cells point into; how a word is pronounced is no part of it."""
        part = next((name for name in self.archive.namelist() if name.lower() == "xl/sharedstrings.xml"), None)
        if part is None:
            return
        with self.archive.open(part) as file:
            inside = 0
            pieces: list[str] = []
            for event, element in ElementTree.iterparse(file, ("start", "end")):
                tag = _local(element.tag)
                if tag == "rPh":
                    inside += 1 if event == "start" else -1
                elif event == "end" and tag == "t" and not inside:
                    pieces.append(element.text or "")
                elif event == "end" and tag == "si":
                    yield _joined(pieces)
                    pieces.clear()
                    element.clear()


class _RowMaker:
    """Makes rows of what an XML parser reports."""

    def __init__(self, parser: expat.XMLParserType, ready: list[tuple[int, list[Any]]], texts: list[str], dates: list[bool]) -> None:
        self.ready, self.texts, self.dates = ready, texts, dates
        self.number = 0
        self.values: list[Any] = []
        self.column = -1
        self.kind: str | None = None
        self.style: str | None = None
        self.pieces: list[str] = []
        self.columns: dict[str, int] = {}
        self.silent = 0
        self.parser = parser
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if ":" in name:
            name = name.rpartition(":")[2]
        if name == "c":
            place = attributes.get("r")
            self.column = self.column + 1 if place is None else self._column(place)
            self.kind = attributes.get("t")
            self.style = attributes.get("s")
            self.pieces = []
        elif name == "v" or name == "t":
            if not self.silent:
                self.parser.CharacterDataHandler = self.pieces.append
        elif name == "row":
            number = attributes.get("r")
            self.number = self.number + 1 if number is None else int(number)
            self.values = []
            self.column = -1
        elif name == "rPh":
            self.silent += 1

    def end(self, name: str) -> None:
        if ":" in name:
            name = name.rpartition(":")[2]
        if name == "v" or name == "t":
            self.parser.CharacterDataHandler = None
        elif name == "c":
            if self.pieces and self.column < MOST_COLUMNS:
                self._keep(_joined(self.pieces))
        elif name == "row":
            if self.values:
                self.ready.append((self.number, self.values))
        elif name == "rPh":
            self.silent -= 1

    def _column(self, place: str) -> int:
        letters = place.rstrip("0123456789")
        column = self.columns.get(letters)
        if column is None:
            if not _PLACE.fullmatch(place):
                raise ValueError(place)
            column = 0
            for letter in letters.upper():
                column = column * 26 + ord(letter) - 64
            self.columns[letters] = column = column - 1
        return column

    def _keep(self, said: str) -> None:
        kind = self.kind
        value: Any
        if kind == "s":
            value = self.texts[int(said)]
        elif kind is None or kind == "n":
            value = float(said)
            if self.style is not None and self.dates and self.dates[int(self.style)]:
                value = from_serial(value)
        elif kind in ("inlineStr", "str"):
            value = said
        elif kind == "b":
            value = said.strip() == "1"
        elif kind == "d":
            value = datetime.fromisoformat(said)
        else:
            return
        values, column = self.values, self.column
        if column > len(values):
            values.extend([""] * (column - len(values)))
        if column == len(values):
            values.append(value)
        else:
            values[column] = value


def from_serial(number: float) -> datetime | date | float:
    """What Excel shows for a number under a date format: a moment without zone to the second, or a day.

    A number outside Excel's calendar, or below one day (a time alone), stays a number.
    """
    if not 1 <= number < LAST_SERIAL:
        return number
    moment = DAY_ZERO + timedelta(seconds=round(number * 86_400))
    return moment.date() if number == int(number) else moment


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _joined(pieces: list[str]) -> str:
    """A text of a cell from its pieces, as it was before Excel wrote signs that XML cannot carry as `_x000D_`."""
    text = "".join(pieces)
    if len(text) > MOST_SIGNS:
        raise ValueError(len(text))
    if "_x" not in text:
        return text
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


def _date_styles(styles: ElementTree.Element) -> Iterator[bool]:
    """For each cell style whether it shows its number as a date."""
    codes: dict[int, str] = {}
    for element in styles.iter():
        if _local(element.tag) == "numFmt":
            codes[int(element.get("numFmtId", "0"))] = element.get("formatCode", "")
        elif _local(element.tag) == "cellXfs":
            for style in element:
                number = int(style.get("numFmtId", "0"))
                yield _shows_date(codes[number]) if number in codes else number in _DATE_FORMATS


def _shows_date(code: str) -> bool:
    """Whether a format such as `yyyy"年"m"月"` shows a date: its first section has a letter of one outside quotes."""
    shown = _NOT_SHOWN.sub("", code.split(";")[0]).lower()
    return "general" not in shown and any(letter in shown for letter in "ymdhs年月日时分")


def main(source: str, *sheet: str) -> None:
    """Write the rows of a sheet to the standard output, some at once, and at the end none: for `aside`, which runs this file alone."""
    with open(source, "rb") as file:
        rows = SheetBook(file).rows(Sheet(*sheet))
        while some := list(islice(rows, AT_ONCE)):
            pickle.dump(some, sys.stdout.buffer, pickle.HIGHEST_PROTOCOL)
    pickle.dump([], sys.stdout.buffer)


if __name__ == "__main__":
    main(*sys.argv[1:])
