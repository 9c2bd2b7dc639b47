"""Excel and CSV: rows out beside what others make of them, and rows in through all the books."""

from __future__ import annotations

import shutil
import tempfile
from io import BytesIO
from pathlib import Path

from benchmarks import exchange_out
from benchmarks.instance import Instance, instance
from benchmarks.measure import Figure, once
from benchmarks.reading import inside
from models.complaints.complaint import Complaint
from models.core.places import Site
from services.database import db, writing
from services.exchange.imports import take_over

TAKEN_OVER = 2_816


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
    """The figures of exchange: what leaves, and what comes in."""
    return [*exchange_out.figures(folder, rows), taking_over(folder)]


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
