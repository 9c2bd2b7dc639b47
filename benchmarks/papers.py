"""A register of 30 and of 300 rows as PDF: processor time of the first print of a started process, beside naive WeasyPrint."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

from benchmarks.instance import instance
from benchmarks.measure import Figure
from services.settings import PROJECT

RUNS = 3
TARGETS = {30: 1.0, 300: 3.0}

STARTED = """
import json, resource, sys, time
from zoneinfo import ZoneInfo
from app import create_app
from models.core.access import CONSOLE
from models.core.actor import Actor, acting
from models.core.message import speaking
from models.core.places import Site
from models.complaints.complaint import Complaint
from services.database import db
from services.display import Reader
from services.papers import books, printing
import weasyprint
many = int(sys.argv[1])
app = create_app()
with app.app_context(), acting(Actor(None, "measure", "measure", CONSOLE, (1,))), speaking("zh"):
    site = db.session.get(Site, 1)
    reader = Reader(CONSOLE, "zh", ZoneInfo(site.timezone))
    ids = list(range(1, many + 1))
"""
OURS = """
    before = time.process_time()
    made = printing.painted(books.selection(db.session(), Complaint, site, ids, reader).paper, "zh")
"""
NAIVE = """
    from markupsafe import escape
    before = time.process_time()
    keys = [key for key in Complaint.sheet.columns.split() if "." not in key]
    rows = [db.session.get(Complaint, each) for each in ids]
    cells = "".join("<tr>" + "".join(f"<td>{escape(reader.of(row, key))}</td>" for key in keys) + "</tr>" for row in rows)
    heads = "".join(f"<th>{Complaint.fields()[key].label}</th>" for key in keys)
    style = "@page{size:A4 landscape;margin:12mm} table{border-collapse:collapse;font:9pt 'Noto Sans SC'} td,th{border:1px solid}"
    table = f"<table><thead><tr>{heads}</tr></thead>{cells}</table>"
    html = f"<!doctype html><html lang=zh><title>register</title><style>{style}</style>{table}"
    made = weasyprint.HTML(string=html).write_pdf()
"""
TELL = """
    spent = time.process_time() - before
    assert made.startswith(b"%PDF"), made[:20]
    print(json.dumps([spent, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))
"""


def child(script: str, home: Path, rows: int) -> tuple[float, float]:
    """Print in a process of its own: processor seconds after its start, and peak megabytes."""
    environment = os.environ | {"TAIZHANG_INSTANCE": str(home), "DATABASE_URL": ""}
    command = [sys.executable, "-c", STARTED + script + TELL, str(rows)]
    done = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    spent, peak = json.loads(done.stdout.splitlines()[-1])
    return spent, peak


def run(folder: Path, rows: int) -> list[Figure]:
    """The figures of paper, of the first complaints of the small instance; `rows` is not used."""
    home = instance(folder, 1_000).folder
    figures = []
    for many, target in TARGETS.items():
        taken: dict[str, list[tuple[float, float]]] = {"ours": [], "naive": []}
        for _each in range(RUNS):
            taken["ours"].append(child(OURS, home, many))
            taken["naive"].append(child(NAIVE, home, many))
        ours, naive = (statistics.median(spent for spent, _peak in taken[name]) for name in taken)
        peak = max(peak for _spent, peak in taken["ours"])
        said = f"{ours:.2f} s, {peak:.0f} MB"
        figures.append(Figure(f"{many} rows, processor time", said, f"naive WeasyPrint {naive:.2f} s", ours, target, unit=" s"))
    return figures
