"""Rows in: a long ledger through all the books and back out, beside the floor: its cells read and put into a bare table."""

from __future__ import annotations

import json
import random
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import select

from benchmarks.instance import Instance, instance
from benchmarks.measure import Figure
from benchmarks.reading import inside
from models.complaints.complaint import Complaint
from models.core.places import Site
from models.exchange import ImportBatch
from services.database import db, writing
from services.exchange import undoing
from services.exchange.imports import take_over
from services.exchange.writing import Column, write_xlsx
from services.made import DEMANDS, GIVEN, PLACES, RESULTS, SURNAMES, TROUBLES
from services.settings import PROJECT

ROWS = 100_000
WITHIN, MEMORY = 60.0, 200.0  # seconds of the clock on an idle machine; megabytes
BACK = 2.0  # milliseconds of the processor for a row that is taken back
HEADED = (
    "留言编号 受理时间 投诉方式 首问责任人 房号 投诉人 联系电话 事由 事件地点 投诉内容 类别 程度 重大投诉 责任岗位 上报主管时间 "
    "约定回复时间 原因 业户经济损失 处理结果 处理人 答复方式 答复时间 业主意见 是否满意 备注"
)
HEADINGS = tuple(HEADED.split())


def lines(rows: int) -> Iterator[list[str]]:
    """A foreign ledger of made complaints over a year, in the order in which they came, as ledgers are kept; every cell filled as text."""
    chance = random.Random(7)
    for n in range(rows):
        day = date(2025, 1, 1) + timedelta(days=n * 365 // rows)
        trouble, place = chance.choice(TROUBLES), chance.choice(PLACES)
        name = chance.choice(SURNAMES) + chance.choice(GIVEN)
        yield [
            f"GD{n:08}", f"{day} {n % 10 + 8:02}:{n % 60:02}", chance.choice(("电话", "来访", "网络")), chance.choice(("何静", "陈雨")),
            f"{n % 18 + 1}栋{n % 3 + 1}单元{n % 30 + 1:02}0{n % 4 + 1}", name, f"138{n:08}", f"{n % 18 + 1}栋{place}{trouble}", place,
            f"第{n}次反映，{place}{trouble}，{chance.choice(DEMANDS)}。", chance.choice(("有效", "协助处理", "无效")),
            chance.choice(("轻微", "一般")), "否", chance.choice(("客户服务", "工程", "秩序维护")), f"{day} 18:20", f"{day} 18:40",
            "设备老化", "0", chance.choice(RESULTS), chance.choice(("吴磊", "赵刚")), "电话", f"{day} 18:30", "满意", "是", "无事",
        ]  # fmt: skip


def run(folder: Path, rows: int) -> list[Figure]:
    """The figures of a ledger of at most 100,000 rows."""
    many = min(rows, ROWS)
    with tempfile.TemporaryDirectory() as scratch:
        book = Path(scratch) / "ledger.xlsx"
        write_xlsx(book, "投诉", [Column(heading) for heading in HEADINGS], lines(many), zone=ZoneInfo("Asia/Shanghai"))
        ours, floor = (_measured(folder, book, way) for way in ("ours", "floor"))
    assert ours["added"] == floor["added"] == many, (ours, floor)
    name, within = f"{many:,} rows × {len(HEADINGS)} from xlsx", WITHIN if many == ROWS else None
    said, beside = f"{ours['cpu']:.1f} s + {ours['aside']:.1f} s aside", f"{floor['cpu']:.1f} s"
    return [
        Figure(f"{name}, by the clock", f"{ours['wall']:.1f} s", "", ours["wall"], within, unit=" s"),
        Figure("… of the processor, a row", said, "", ours["cpu"] / many * 1000, unit=" ms"),
        Figure("… memory", f"{ours['peak']:.0f} MB", "", ours["peak"], MEMORY, unit=" MB"),
        Figure("… taken back, a row", f"{ours['undone']:.1f} s", "", ours["undone"] / many * 1000, BACK, unit=" ms"),
        Figure("… beside calamine and executemany", said, beside, (ours["cpu"] + ours["aside"]) / floor["cpu"]),
    ]


def _measured(folder: Path, book: Path, way: str) -> dict[str, float]:
    """What a way took in a process of its own."""
    words = [sys.executable, "-m", "benchmarks.exchange_in", str(instance(folder, 1_000).folder), str(book), way]
    done = subprocess.run(words, cwd=PROJECT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{way} ended with {done.returncode}:\n{done.stderr[-2000:]}")
    found: dict[str, float] = json.loads(done.stdout)
    return found


# In the process of its own ----------------------------------------------------------------


def _timed(call: Callable[[], int]) -> dict[str, float]:
    """The seconds of a call, here and aside, and the most memory here."""
    began, used = time.perf_counter(), time.process_time()
    added = call()
    wall, cpu = time.perf_counter() - began, time.process_time() - used
    here, aside = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return {"added": added, "wall": wall, "cpu": cpu, "aside": aside.ru_utime + aside.ru_stime, "peak": here.ru_maxrss / 1024}


def ours(scratch: Path, book: Path) -> dict[str, float]:
    """Through all the books: numbers, clocks, handling forms, search and trail included."""
    with inside(Instance(scratch, 0, "", 0, 0)) as (listing, _reader, _site), writing():
        db.session.rollback()
        site = db.session.get_one(Site, 1)
        taken = _timed(lambda: take_over(listing.session, Complaint, site, book, "ledger.xlsx").added)
        batch = db.session.execute(select(ImportBatch).order_by(ImportBatch.id.desc()).limit(1)).scalar_one()
        began = time.process_time()
        assert undoing.undo(listing.session, batch, "导错了文件") == taken["added"]
        db.session.commit()
        return taken | {"undone": time.process_time() - began}


def floor(scratch: Path, book: Path) -> dict[str, float]:
    """The cells put into a bare table as they are, in one transaction."""
    from python_calamine import CalamineWorkbook

    def call() -> int:
        with sqlite3.connect(scratch / "floor.db") as bare:
            bare.execute(f"CREATE TABLE ledger ({', '.join(f'c{n}' for n in range(len(HEADINGS)))})")
            read = CalamineWorkbook.from_path(str(book)).get_sheet_by_index(0).to_python()[1:]
            return bare.executemany(f"INSERT INTO ledger VALUES ({', '.join('?' * len(HEADINGS))})", read).rowcount

    return _timed(call)


if __name__ == "__main__":
    _folder, _book, _way = sys.argv[1:]
    with tempfile.TemporaryDirectory() as _scratch:
        shutil.copytree(_folder, _scratch, dirs_exist_ok=True)
        print(json.dumps({"ours": ours, "floor": floor}[_way](Path(_scratch), Path(_book))))
