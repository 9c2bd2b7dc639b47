"""Looks at a file before a workbook reader does, and refuses what would hurt or mislead it.

A workbook says itself how large it is, and a file of a few kilobytes can ask for gigabytes.
Everything here reads in small pieces, and stops at the first limit passed.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from models.core.message import Message, _

MEGABYTE = 1024 * 1024
LARGEST_FILE = 200 * MEGABYTE
LARGEST_XLS = 60 * MEGABYTE  # which is held in memory whole, and twice over
LARGEST_UNPACKED = 400 * MEGABYTE
# Excel's own sheets pack to about a tenth, and very even ones to a sixtieth.
STEEPEST_RATIO = 150
RATIO_COUNTS_FROM = 16 * MEGABYTE
MOST_PARTS = 2_000
MOST_TEXTS = 150 * MEGABYTE
MOST_MERGED = 100_000
# In an .xls the same text may stand in many cells, and becomes a text of its own in each.
MOST_SIGNS = 50_000_000
# An .xls is laid out as rows × columns, 32 bytes each: 5,000,000 are 160 MB.
MOST_CELLS = 5_000_000
FEW_CELLS = 500_000
STRETCHED = 30
MOST_COLUMNS = 500
SHOWN = 5  # cells that are named
PIECE = 256 * 1024

ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
WIDE = (b"\xff\xfe", b"\xfe\xff")  # what a text of two bytes a sign begins with
TEXTS = (".csv", ".txt")  # what a text that is read as a table is called

_WEB_PAGE = (b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta", b"<style")
_OTHER_TEXT = (b"%pdf", b"{\\rtf")

# What `zipfile` meets in a file that is cut or damaged.
_UNREADABLE = (
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError),
    NotImplementedError,  # what it raises for a part packed by a method that it does not know
    RuntimeError,  # and for one under a password
)
_SHEET_PART = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\b[^>]*?\bref=[\"']([A-Za-z]{1,3}[0-9]{1,7}:[A-Za-z]{1,3}[0-9]{1,7})[\"']")
_FORMULAS = (b"<f>", b"<f ", b":f>", b":f ")
_UNSTORED = re.compile(  # the attributes of a cell with a formula and no value
    rb"<(?:\w+:)?c\b([^<>]*)>\s*<(?:\w+:)?f\b(?:[^<>]*/>|[^<>]*>[^<]*</(?:\w+:)?f>)"
    rb"\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_PLACE = re.compile(rb"""\br=["']([A-Za-z]{1,3}[0-9]{1,7})["']""")
_EMPTY_TEXT = re.compile(rb"""\bt=["']str["']""")  # which is a value
_LONGEST_CELL = 64 * 1024  # bytes of one that is cut in two
_ROW = re.compile(rb"""row\b[^>]*?\br=["']([0-9]{1,7})["']""")
_OVERLAP = 200


class Findings(NamedTuple):
    """What was seen on the way through the sheets: formulas anywhere; of each sheet's part the merged places and the last row.

    `unstored` says how many cells of each have a formula of which no value was stored, and which are the first of them.
    """

    formulas: bool
    merged: dict[str, list[str]]
    last: dict[str, int]
    unstored: dict[str, tuple[int, list[str]]]


class WorkbookRefused(Exception):
    """A file that cannot be read as a table. `message` says why in one plain sentence."""

    def __init__(self, message: Message) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return str(self.message)


def check_size(size: int, name: str, most: int | None = None) -> None:
    """Refuse an empty file and one above `most` bytes, `LARGEST_FILE` unless another is given."""
    most = LARGEST_FILE if most is None else most
    if size == 0:
        raise WorkbookRefused(_("The file {name} is empty.", name=name))
    if size > most:
        raise WorkbookRefused(_("The file {name} is larger than {most} MB; split it.", name=name, most=most // MEGABYTE))


def check_text(start: bytes, name: str) -> None:
    """Refuse by how a file begins, and by its name, what is neither a workbook nor a text that is read as a table."""
    opening = start.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if opening.startswith(_WEB_PAGE):
        raise WorkbookRefused(_("The file {name} is a web page under a workbook's name; open it in Excel and save it as .xlsx.", name=name))
    if opening.startswith(_OTHER_TEXT) or (b"\0" in start and not start.startswith(WIDE)):
        raise not_a_workbook(name)
    if not name.casefold().endswith(TEXTS):
        raise WorkbookRefused(
            _("The file {name} is a text, and texts are read when they are called .csv or .txt. If it is a table, call it .csv.", name=name)
        )


def check_xlsx(file: BinaryIO, name: str) -> Findings:
    """Refuse a packed file that is not a whole .xlsx workbook of bearable size; returns what its sheets were found to have.

    Each sheet is unpacked once without being kept, so that half a file is refused before its first
    row is taken. A part that unpacks to more than it declares is cut there, and fails its check sum.
    """
    found = Findings(False, {}, {}, {})
    try:
        with zipfile.ZipFile(file) as archive:
            _check_declared(archive.infolist(), name)
            for part in archive.infolist():
                if _SHEET_PART.fullmatch(part.filename):
                    calculated, found.merged[part.filename], found.last[part.filename] = _look_through(archive, part)
                    found = found._replace(formulas=found.formulas or calculated)
                    if calculated:
                        found.unstored[part.filename] = _unstored(archive, part)
    except _UNREADABLE as trouble:
        raise damaged(name) from trouble
    file.seek(0)
    return found


def _look_through(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> tuple[bool, list[str], int]:
    """Whether a sheet calculates, its merged places ("A1:C1"), and the number of its last row."""
    places: list[str] = []
    formulas, last, rest = False, 0, b""
    with archive.open(part) as sheet:
        while piece := sheet.read(PIECE):
            seen = rest + piece
            formulas = formulas or any(mark in seen for mark in _FORMULAS)
            if b"mergeCell" in seen:
                places += [found.decode() for found in _MERGED.findall(seen)]
            if len(places) > MOST_MERGED:
                raise ValueError(len(places))
            row = _ROW.match(seen, max(0, seen.rfind(b"row ")))
            last = int(row[1]) if row else last
            # A tag cut in two is seen whole with the next piece, and a whole one is not seen twice.
            rest = seen[max(seen.rfind(b"<"), len(seen) - _OVERLAP) :] if b"<" in seen[-_OVERLAP:] else b""
    return formulas, places, last


def _unstored(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> tuple[int, list[str]]:
    """How many cells of a sheet have a formula of which no value was stored, and the first of them ("H8")."""
    first: list[str] = []
    n, rest = 0, b""
    with archive.open(part) as sheet:
        while piece := sheet.read(PIECE):
            seen = rest + piece
            cells = [place[1] for said in _UNSTORED.findall(seen) if not _EMPTY_TEXT.search(said) and (place := _PLACE.search(said))]
            n += len(cells)
            first += [cell.decode() for cell in cells[: SHOWN - len(first)]]
            rest = seen[max(seen.rfind(b"c>") + 2, len(seen) - _LONGEST_CELL) :]
    return n, first


def damaged(name: str) -> WorkbookRefused:
    """The refusal of a workbook that breaks off or contradicts itself."""
    return WorkbookRefused(_("The file {name} is damaged or incomplete; open it in Excel, save it again and send it once more.", name=name))


def not_a_workbook(name: str) -> WorkbookRefused:
    """The refusal of a file that is no table at all, whatever its name says."""
    return WorkbookRefused(
        _("The file {name} is not a workbook; send an Excel workbook (.xlsx, .xls) or a table as text (.csv, .txt).", name=name)
    )


def protected(name: str) -> WorkbookRefused:
    """The refusal of a workbook under a password."""
    return WorkbookRefused(_("The file {name} is protected by a password; take the password off in Excel and send it again.", name=name))


def too_wide(name: str, rows: int, columns: int) -> WorkbookRefused:
    """The refusal of a sheet whose used area (`rows` × `columns`) is too large to lay out."""
    return WorkbookRefused(
        _(
            "A sheet of {name} has {rows} rows and {columns} columns; delete what stands far from the table.",
            name=name,
            rows=rows,
            columns=columns,
        )
    )


def too_long(name: str) -> WorkbookRefused:
    """The refusal of an .xls whose cells hold more text than `MOST_SIGNS` together."""
    return WorkbookRefused(_("The file {name} holds too much text; split it.", name=name))


def _check_declared(parts: list[zipfile.ZipInfo], name: str) -> None:
    names = {part.filename.lower() for part in parts}
    if "xl/workbook.xml" not in names:
        raise not_a_workbook(name)
    if any(part.flag_bits & 1 for part in parts):
        raise protected(name)
    if any(part.startswith("xl/externallinks/") for part in names):
        raise WorkbookRefused(_("The file {name} takes values from other files; save it with values only and send it again.", name=name))
    if len(parts) > MOST_PARTS or len(names) != len(parts):
        raise damaged(name)
    texts = sum(part.file_size for part in parts if part.filename.lower() == "xl/sharedstrings.xml")
    unpacked = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts)
    if unpacked > LARGEST_UNPACKED or texts > MOST_TEXTS or (unpacked > RATIO_COUNTS_FROM and unpacked > packed * STEEPEST_RATIO):
        raise WorkbookRefused(
            _(
                "The file {name} unpacks to {size} MB, far more than a ledger needs.",
                name=name,
                size=unpacked // MEGABYTE,
            )
        )


def check_xls(data: bytes, name: str) -> None:
    """Refuse an .xls file that is under a password, broken, or asks for more cells than `MOST_CELLS`."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise protected(name)
    try:
        stream = _book_stream(data)
        if stream is None:
            raise not_a_workbook(name)
        _check_records(stream, name)
    except (struct.error, IndexError, OverflowError) as trouble:
        raise damaged(name) from trouble


def _check_records(stream: bytes, name: str) -> None:
    """Go through the records of an .xls: how far its cells reach, and how much text they repeat."""
    rows = columns = cells = at = signs = 0
    lengths: list[int] = []
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        if kind == _FILE_PASSWORD:
            raise protected(name)
        if kind == _SHEET_BEGINS:
            _check_area(rows, columns, cells, name)
            rows = columns = cells = 0
        elif kind == _SHARED_TEXTS:
            lengths = list(_text_lengths(stream, at))
        elif kind in _CELLS and length >= 4:
            if kind == _SHARED_TEXT and length >= 10:
                (place,) = struct.unpack_from("<I", stream, at + 10)
                signs += lengths[place] if place < len(lengths) else 0
                if signs > MOST_SIGNS:
                    raise too_long(name)
            row, column = struct.unpack_from("<HH", stream, at + 4)
            if kind == _MANY_NUMBERS:
                column += max(0, (length - 6) // 6 - 1)
            rows, columns = max(rows, row + 1), max(columns, column + 1)
            cells += 1
        at += 4 + length
    _check_area(rows, columns, cells, name)


def _check_area(rows: int, columns: int, cells: int, name: str) -> None:
    """Refuse a sheet whose cells are so few and far apart, or so many, that laying them out costs too much."""
    if rows * columns > min(MOST_CELLS, max(FEW_CELLS, cells * STRETCHED)):
        raise too_wide(name, rows, columns)


def _text_lengths(stream: bytes, at: int) -> Iterator[int]:
    """How many signs each of the shared texts has, whose record begins at `at` and goes on in the records after it."""
    length = struct.unpack_from("<H", stream, at + 2)[0]
    here, end = at + 4 + 8, at + 4 + length

    def next_record() -> bool:
        nonlocal here, end
        if end + 4 > len(stream) or struct.unpack_from("<H", stream, end)[0] != _CONTINUED:
            return False
        here, end = end + 4, end + 4 + struct.unpack_from("<H", stream, end + 2)[0]
        return True

    while here + 3 <= end or next_record():
        signs, flags = struct.unpack_from("<HB", stream, here)
        here += 3
        trailing = 0
        if flags & 8:
            trailing += 4 * struct.unpack_from("<H", stream, here)[0]
            here += 2
        if flags & 4:
            trailing += struct.unpack_from("<I", stream, here)[0]
            here += 4
        left, wide = signs, flags & 1
        while left > (end - here) >> wide:
            left -= (end - here) >> wide
            if not next_record():
                return
            # A text that goes on in the next record says anew how wide its signs are.
            wide = stream[here] & 1
            here += 1
        here += left << wide
        while trailing > end - here:
            trailing -= end - here
            if not next_record():
                return
        here += trailing
        yield signs


_FILE_PASSWORD, _SHEET_BEGINS, _MANY_NUMBERS = 0x002F, 0x0809, 0x00BD
_SHARED_TEXTS, _SHARED_TEXT, _CONTINUED = 0x00FC, 0x00FD, 0x003C
_CELLS = frozenset({0x00FD, 0x0203, 0x027E, 0x00BD, 0x0204, 0x0006, 0x0205, 0x00D6})
_END = 0xFFFFFFFA


def _book_stream(data: bytes) -> bytes | None:
    """The stream of records of an .xls file, or None if the file holds something else (a .doc, say)."""
    sector = 1 << struct.unpack_from("<H", data, 30)[0]
    if sector not in (512, 4096):
        raise IndexError
    ints = f"<{sector // 4}I"

    def read(number: int) -> bytes:
        found = data[(number + 1) * sector : (number + 2) * sector]
        # The last sector of a file may be short.
        return found.ljust(sector, b"\0") if found else b""

    tables = [each for each in struct.unpack_from("<109I", data, 76) if each < _END]
    (more,) = struct.unpack_from("<I", data, 68)
    for _turn in range(len(data) // sector):
        if more >= _END:
            break
        numbers = struct.unpack(ints, read(more))
        tables += [each for each in numbers[:-1] if each < _END]
        more = numbers[-1]
    chain = [following for table in tables for following in struct.unpack(ints, read(table))]

    def follow(first: int, most: int) -> bytes:
        pieces: list[bytes] = []
        while first < _END and len(pieces) * sector < most and len(pieces) <= len(chain):
            pieces.append(read(first))
            first = chain[first]
        return b"".join(pieces)[:most]

    folder = follow(struct.unpack_from("<I", data, 48)[0], len(data))
    for at in range(0, len(folder) - 127, 128):
        (length,) = struct.unpack_from("<H", folder, at + 64)
        title = folder[at : at + max(0, length - 2)].decode("utf-16-le", "replace")
        if title in ("Workbook", "Book"):
            first, size = struct.unpack_from("<II", folder, at + 116)
            stream = follow(first, size)
            if len(stream) < size:
                raise IndexError
            return stream
    return None
