"""Excel and CSV: rows out beside stock Flask-Admin and openpyxl, and rows in through all the books."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from benchmarks.instance import Instance, instance
from benchmarks.measure import Figure, once
from models.complaints.complaint import Complaint
from models.core.access import CONSOLE
from models.core.actor import Actor, acting
from models.core.message import speaking
from models.core.places import Site
from services.database import db, writing
from services.display import Reader
from services.exchange import exports
from services.exchange.imports import take_over
from services.listing import Asked, Listing

LARGEST = 20_000
TAKEN_OVER = 2_816


@contextmanager
def inside(made: Instance) -> Iterator[tuple[Listing, Reader, Site]]:
    """The complaints of an instance, as its console reads them in Chinese."""
    actor = Actor(None, "measure", "measure", CONSOLE, (1,))
    with made.app().app_context(), acting(actor), speaking("zh"):
        site = db.session.get_one(Site, 1)
        reader = Reader(CONSOLE, "zh", ZoneInfo(site.timezone))
        yield Listing(db.session(), Complaint, site.id, Asked(), CONSOLE, reader.zone), reader, site


def with_openpyxl(listing: Listing, reader: Reader) -> None:
    """The same rows by openpyxl, which keeps all cells in memory unless told otherwise."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append([column.title for column in exports.columns(Complaint, reader)])
    for row in exports.rows(listing, reader):
        sheet.append([value.replace(tzinfo=None) if hasattr(value, "tzinfo") else value for value in row])
    book.save(BytesIO())


def stock_csv(made: Instance) -> None:
    """Flask-Admin's own export of the same table."""
    from benchmarks.stock import stock

    answer = stock(made.file, exports=True).test_client().get("/complaint/export/csv/", buffered=True)
    assert answer.status_code == 200 and answer.data.count(b"\n") > made.rows


def ledger(rows: int) -> bytes:
    """A foreign ledger of made complaints, as an office keeps it in Excel."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("投诉")
    sheet.append(["工单编号", "受理时间", "房号", "投诉人", "联系电话", "事由", "投诉内容", "处理结果", "答复时间"])
    for place in range(rows):
        day = f"2025-{place % 12 + 1:02}-{place % 28 + 1:02}"
        subject, said = f"{place % 18 + 1}栋楼道漏水", f"第{place}次反映，楼道天花板漏水，影响通行，请尽快派人处理。" * 4
        sheet.append([f"GD{place:08}", f"{day} 09:15", "3栋1单元0502", "李雪梅", "13802564712", subject, said, "已修复。", f"{day} 16:40"])
    kept = BytesIO()
    book.save(kept)
    return kept.getvalue()


def run(folder: Path, rows: int) -> list[Figure]:
    """The figures of exchange: `rows` are exported, twenty thousand at most."""
    many = min(rows, LARGEST)
    made = instance(folder, many)
    figures = []

    def line(name: str, ours: float, peers: dict[str, float]) -> None:
        beside = ", ".join(f"{peer} {seconds:.2f} s" for peer, seconds in peers.items())
        figures.append(Figure(name, f"{ours:.2f} s", beside, ours / min(peers.values()), 1.0))

    with inside(made) as (listing, reader, _site), tempfile.TemporaryDirectory() as scratch:
        xlsx = cpu(lambda: exports.xlsx(listing, reader, Path(scratch) / "out.xlsx"))
        csv = cpu(lambda: sum(map(len, exports.csv(listing, reader))))
        openpyxl = cpu(lambda: with_openpyxl(listing, reader))
    line(f"{many:,} rows to Excel", xlsx, {"openpyxl": openpyxl})
    line(f"{many:,} rows to CSV", csv, {"Flask-Admin": cpu(lambda: stock_csv(made))})
    figures.append(taking_over(folder))
    return figures


def taking_over(folder: Path) -> Figure:
    """How long a ledger of the usual size takes: numbers, clocks, handling forms, search and trail included."""
    source = ledger(TAKEN_OVER)
    with tempfile.TemporaryDirectory() as scratch:
        shutil.copytree(instance(folder, 1_000).folder, scratch, dirs_exist_ok=True)
        with inside(Instance(Path(scratch), 0, "", 0, 0)) as (listing, _reader, site), writing():
            db.session.rollback()
            site = db.session.get_one(Site, 1)
            taken, cpu_seconds, wall = once(lambda: take_over(listing.session, Complaint, site, source, "ledger.xlsx"))
    assert taken.added == TAKEN_OVER, (taken.added, taken.refused, taken.problems[:2])
    each = cpu_seconds / TAKEN_OVER * 1000
    return Figure(f"{TAKEN_OVER:,} rows taken over", f"{cpu_seconds:.1f} s (wall {wall:.1f})", "", each, unit=" ms a row")


def cpu(call: Callable[[], Any]) -> float:
    """The processor seconds of a call."""
    return once(call)[1]
