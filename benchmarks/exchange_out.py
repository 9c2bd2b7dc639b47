"""Rows out: workbook and CSV beside what others make of the same columns, and all rows as a job of the worker."""

from __future__ import annotations

import csv
import io
import json
import resource
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import select

from benchmarks.instance import USER, Instance, instance
from benchmarks.measure import Figure
from benchmarks.reading import inside
from models.complaints.complaint import Complaint
from models.core.actor import acting
from models.core.fields import Field
from models.jobs import Job
from models.people import User
from services.attachments.store import Store
from services.database import apart, db, writing
from services.exchange.exports import Export
from services.exchange.writing import BLOCK
from services.settings import PROJECT

ROWS = 100_000
# Those that the made rows fill: twenty-five.
COLUMNS = (
    "number channel received_at first_responder outside_number passed_down house complainant phone subject place content validity "
    "severity major post collective reported_at contacted_at agreed_reply_at cause result handler handled_at state"
)
WITHIN = {"xlsx": 8.0, "csv": 3.0}  # seconds of the processor
MEMORY, FIRST = 200.0, 0.5  # megabytes; seconds


def figures(folder: Path, rows: int) -> list[Figure]:
    """What leaves: at most 100,000 rows at once, each way in a process of its own, and `rows` as a job."""
    many = min(rows, ROWS)
    made = instance(folder, many)
    return [
        *_beside(made, "xlsx", "XlsxWriter", "openpyxl"),
        *_beside(made, "csv", "Flask-Admin", "raw cursor"),
        _job(instance(folder, rows)),
    ]


def _beside(made: Instance, kind: str, *peers: str) -> Iterator[Figure]:
    ours = _measured(made, "ours", kind)
    name, size = f"{made.rows:,} rows × {len(COLUMNS.split())} to {kind}", f"{ours['size'] / 1e6:.0f} MB"
    target = WITHIN[kind] if made.rows == ROWS else None
    yield Figure(f"{name}, {size}", f"{ours['cpu']:.2f} s", "", ours["cpu"], target, unit=" s")
    yield Figure("… first rows", f"{ours['first']:.2f} s", "", ours["first"], FIRST, unit=" s")
    yield Figure(
        "… memory of the whole process", f"{ours['peak']:.0f} MB", f"before {ours['before']:.0f} MB", ours["peak"], MEMORY, unit=" MB"
    )
    for peer in peers:
        theirs = _measured(made, peer, kind)
        said = f"{peer} {theirs['cpu']:.2f} s, {theirs['peak']:.0f} MB"
        yield Figure("… beside", f"{ours['cpu']:.2f} s, {ours['peak']:.0f} MB", said, ours["cpu"] / theirs["cpu"])


def _job(made: Instance) -> Figure:
    done = _measured(made, "job", "xlsx")
    ours = f"{done['cpu']:.0f} s, {done['size'] / 1e6:.0f} MB of file"
    return Figure(f"{made.rows:,} rows as a job, memory", ours, f"before {done['before']:.0f} MB", done["peak"], MEMORY, unit=" MB")


def _measured(made: Instance, way: str, kind: str) -> dict[str, float]:
    """What a way took in a process of its own."""
    words = [sys.executable, "-m", "benchmarks.exchange_out", str(made.folder), str(made.rows), way, kind]
    done = subprocess.run(words, cwd=PROJECT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{way} ({kind}) ended with {done.returncode}:\n{done.stderr[-2000:]}")
    found: dict[str, float] = json.loads(done.stdout)
    return found


# In the process of its own ----------------------------------------------------------------


def _fields() -> list[Field]:
    return [Complaint.field(key) for key in COLUMNS.split()]


def ours(_made: Instance, rows: Export, kind: str) -> Iterator[int]:
    """What a browser is sent."""
    return map(len, rows.pieces(kind))


def job(made: Instance, rows: Export, _kind: str) -> Iterator[int]:
    """All rows by the worker, for the supervisor of the instance; the file is taken away again."""
    from services.exchange.later import ask_for
    from services.jobs.performing import perform

    user = db.session.execute(select(User).where(User.username == USER)).scalar_one()
    db.session.rollback()
    with acting(user.as_actor()), writing():
        number = ask_for(db.session(), rows.listing, "xlsx", [each.key for each in rows.fields]).id
        db.session.commit()
    perform(number)
    with apart() as session:
        done = session.get_one(Job, number)
        assert done.file is not None and done.done == made.rows, done.error
        store = Store(current_app.config["SETTINGS"].files)
        yield store.path(done.file).stat().st_size
        store.destroy(done.file)


def _cells(rows: Export) -> Iterator[list[Any]]:
    """The same values for those who write them cell by cell."""
    for block in rows.blocks():
        yield from (
            [value.replace(tzinfo=None) if hasattr(value, "tzinfo") else value for value in row] for row in zip(*block, strict=True)
        )


def openpyxl(_made: Instance, rows: Export, _kind: str) -> Iterator[int]:
    """openpyxl in the mode that keeps no cells."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("投诉")
    for row in _cells(rows):
        sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    yield file.tell()


def xlsxwriter(_made: Instance, rows: Export, _kind: str) -> Iterator[int]:
    """XlsxWriter in the mode that keeps no rows."""
    from xlsxwriter import Workbook

    file = io.BytesIO()
    with Workbook(file, {"constant_memory": True, "default_date_format": "yyyy-mm-dd hh:mm"}) as book:
        sheet = book.add_worksheet("投诉")
        for number, row in enumerate(_cells(rows)):
            sheet.write_row(number, 0, row)
    yield file.tell()


def stock(made: Instance, rows: Export, _kind: str) -> Iterator[int]:
    """Flask-Admin's own export of the same columns; its .xlsx needs a further package and takes longer."""
    from benchmarks.stock import stock as application

    columns = [each.column for each in rows.fields]
    yield from map(len, application(made.file, exports=columns).test_client().get("/complaint/export/csv/").iter_encoded())


def raw(made: Instance, rows: Export, _kind: str) -> Iterator[int]:
    """The floor: the cursor of the database straight into the writer of the standard library; nothing is masked, said or made safe."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    columns = ", ".join(each.column for each in rows.fields)
    cursor = sqlite3.connect(made.file).execute(f"SELECT {columns} FROM complaint WHERE site_id = 1 ORDER BY received_at DESC, id DESC")
    while block := cursor.fetchmany(BLOCK):
        buffer.seek(buffer.truncate(0))
        writer.writerows(block)
        yield len(buffer.getvalue().encode())


CALLS: dict[str, Callable[[Instance, Export, str], Iterator[int]]] = {
    "ours": ours,
    "job": job,
    "openpyxl": openpyxl,
    "XlsxWriter": xlsxwriter,
    "Flask-Admin": stock,
    "raw cursor": raw,
}


def peak() -> float:
    """The most memory that this process has had so far, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Print what one way took, as JSON."""
    folder, rows, way, kind = sys.argv[1:]
    made = Instance(Path(folder), int(rows), "", 0, 0)
    with inside(made) as (listing, reader, _site):
        export = Export(listing, reader, _fields())
        before, began, used = peak(), time.perf_counter(), time.process_time()
        pieces = CALLS[way](made, export, kind)
        size = sum(islice(pieces, 2))
        first = time.process_time() - used
        size += sum(pieces)
        cpu = time.process_time() - used
    print(json.dumps({"cpu": cpu, "wall": time.perf_counter() - began, "first": first, "before": before, "peak": peak(), "size": size}))


if __name__ == "__main__":
    main()
