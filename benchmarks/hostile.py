"""Files that would hurt or mislead, each sent through the page into a process of its own: what it costs in seconds and in memory."""

from __future__ import annotations

import io
import json
import os
import re
import resource
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypedDict

import xlsxwriter

from benchmarks.instance import Browser, Instance, current, instance
from benchmarks.measure import Figure
from services.exchange.guard import OLE
from services.settings import PROJECT
from tests.old_workbooks import compound, locked, make_xls, record, with_part

SECONDS, MEMORY = 1.0, 300.0  # issue 6: a clear refusal
MEGABYTE = 1024 * 1024
HEADINGS = ["投诉时间", "投诉人", "投诉内容"]
SHEET = "xl/worksheets/sheet1.xml"
COUNTED, COUNTED_HERE = (b"PK\x01\x02", 24), (b"PK\x03\x04", 22)  # where a packed part says how long it is
HOME = "/register/complaint/import/"


class Found(TypedDict):
    """What a file cost: seconds of the processor, megabytes at most and before it, and what was said of it."""

    cpu: float
    peak: float
    before: float
    said: str


def book(rows: int = 3, cells: Callable[[xlsxwriter.worksheet.Worksheet], None] | None = None) -> bytes:
    """A plain ledger of some rows, and what is written into it besides."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as made:
        sheet = made.add_worksheet()
        sheet.write_row(0, 0, HEADINGS)
        for row in range(1, rows + 1):
            sheet.write_row(row, 0, ["2019-03-02 10:00", "王芳", f"第{row}件漏水"])
        if cells:
            cells(sheet)
    return file.getvalue()


def declaring_little() -> bytes:
    """A part of 30 MB that says it has five thousand bytes."""
    made = bytearray(with_part(book(), SHEET, sheet(b"<row/>" * 5_000_000)))
    for mark, place in (COUNTED, COUNTED_HERE):
        at = made.rfind(mark)
        made[at + place : at + place + 4] = struct.pack("<I", 5_000)
    return bytes(made)


def sheet(rows: bytes) -> bytes:
    """A sheet of such rows."""
    space = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return b'<worksheet xmlns="' + space + b'"><sheetData>' + rows + b"</sheetData></worksheet>"


def growing() -> bytes:
    """A sheet whose one cell would be a hundred gigabytes of laughter."""
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    return f'<!DOCTYPE x [<!ENTITY a0 "ha">{entities}]>'.encode() + sheet(b'<row><c t="str"><v>&a11;</v></c></row>')


def wide() -> bytes:
    """A .csv of a million empty columns."""
    return "\r\n".join(each + "," * 1_000_000 for each in (",".join(HEADINGS), "2019-03-02 10:00,王芳,漏水")).encode()


# Each file under its name. Those at the end are read; all others are refused.
FILES: dict[str, tuple[str, Callable[[], bytes]]] = {
    "declares 390 MB": ("台账.xlsx", lambda: with_part(book(), SHEET, b" " * (390 * MEGABYTE))),
    "unpacks to more than it declares": ("台账.xlsx", declaring_little),
    "shared texts of 175 MB": (
        "台账.xlsx",
        lambda: with_part(book(), "xl/sharedStrings.xml", b"<si><t>leak</t></si>" * (175 * MEGABYTE // 20)),
    ),
    "takes values from other files": ("台账.xlsx", lambda: with_part(book(), "xl/externalLinks/externalLink1.xml", b"<a/>")),
    "entities that grow": ("台账.xlsx", lambda: with_part(book(), SHEET, growing())),
    "under a password (.xlsx)": ("台账.xlsx", lambda: compound({"EncryptedPackage": b"secret", "EncryptionInfo": b"how"})),
    "under a password (.xlsx as Excel locks it)": ("台账.xlsx", lambda: locked(book(), "四季花城")),
    "under a password (.xls)": ("台账.xls", lambda: make_xls([HEADINGS], globals_extra=record(0x002F, b"\0" * 6))),
    "half a file": ("台账.xlsx", lambda: book(20_000)[:200_000]),
    "a picture called .xlsx": ("台账.xlsx", lambda: b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(10_000)),
    "a text called .md": ("README.md", lambda: ",".join(HEADINGS).encode() + b"\r\n2019-03-02,a,b\r\n" * 1_000),
    "a text of 20 MB called .xlsx": ("台账.xlsx", lambda: b"2019-03-02,a,b\r\n" * (20 * MEGABYTE // 16)),
    "65,536 rows × 256 columns, nearly empty": (
        "台账.xls",
        lambda: make_xls([HEADINGS], extra=record(0x0203, struct.pack("<HHHd", 65535, 255, 0, 1.0))),
    ),
    "20 MB of noise": ("台账.csv", lambda: os.urandom(20 * MEGABYTE)),
    "a broken .xls of 55 MB": ("台账.xls", lambda: OLE + os.urandom(55 * MEGABYTE)),
    "larger than an upload may be": ("台账.csv", lambda: b"a,b\r\n" * (199 * MEGABYTE // 5)),
    "an .xls with 55 MB behind its end": ("台账.xls", lambda: make_xls([HEADINGS]) + os.urandom(55 * MEGABYTE)),
    "a million empty columns (CSV)": ("台账.csv", wide),
    "a lone cell at the far end": ("台账.xlsx", lambda: book(3, lambda sheet: sheet.write_string(1_048_575, 16_383, "x"))),
    "formulas": (
        "台账.xlsx",
        lambda: book(3, lambda sheet: [sheet.write_formula(row, 2, "=1+1", None, "漏水") for row in range(1, 4)]),
    ),
    "no heading": ("台账.txt", lambda: b"dear sir,\nthe water leaks\n"),
}


def run(folder: Path, _rows: int) -> list[Figure]:
    """Each file: the seconds against one second, beside the memory of its process at most."""
    figures = []
    with tempfile.TemporaryDirectory() as scratch:
        made = current(instance(folder, 1_000), Path(scratch))
        for name, (called, make) in FILES.items():
            path = Path(scratch) / "sent"
            path.write_bytes(make())
            found = _measured(made, path, called)
            size, most = f"{path.stat().st_size / 1e6:.2f} MB", f"{found['peak']:.0f} MB (before {found['before']:.0f})"
            figures.append(Figure(f"{name}, {found['said']}", size, most, found["cpu"], SECONDS, unit=" s"))
            figures.append(Figure("… memory", "", "", found["peak"], MEMORY, unit=" MB"))
    return figures


def _measured(made: Instance, path: Path, called: str) -> Found:
    words = [sys.executable, "-m", "benchmarks.hostile", str(made.folder), made.password, str(path), called]
    done = subprocess.run(words, cwd=PROJECT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{called} ended with {done.returncode}:\n{done.stderr[-2000:]}")
    found: Found = json.loads(done.stdout.splitlines()[-1])
    return found


# In the process of its own ----------------------------------------------------------------


def _used() -> float:
    """The processor seconds of this process and of the children it waited for."""
    both = (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in both)


def _peak() -> float:
    """The most memory of this process since it was last forgotten, in megabytes (Linux)."""
    found = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())
    assert found is not None
    return int(found[1]) / 1024


def sent(folder: Path, password: str, path: Path, called: str) -> Found:
    """Send a file as a person does, and look at the page that answers."""
    browser = Browser(Instance(folder, 0, password, 0, 0).app(), password)
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.text(HOME))
    assert token is not None
    time.sleep(0.2)
    Path("/proc/self/clear_refs").write_text("5")
    before, used = _peak(), _used()
    with path.open("rb") as file:
        answer = browser.send(HOME, {"csrf_token": token[1], "file": (file, called)})
    told = "refused" if answer.status_code in (413, 422) else str(answer.status_code)
    if answer.status_code == 302:
        browser.text(answer.headers["Location"])
        told = "read"
    aside = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return {"cpu": _used() - used, "peak": max(_peak(), aside), "before": before, "said": told}


if __name__ == "__main__":
    print(json.dumps(sent(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]), sys.argv[4]), ensure_ascii=False))
