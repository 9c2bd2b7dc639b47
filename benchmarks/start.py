"""From nothing to the first page: processor time and memory of a process alone, beside bare Flask and stock Flask-Admin.

A server starts once and parts into its workers; what each of them takes from there to its first page is measured too.
"""

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

RUNS = 5
SECONDS, MEGABYTES = 0.6, 75.0

# What each child says at its end: processor seconds and peak memory in megabytes (ru_maxrss would count the parent too).
TELL = """
import json, resource
used = resource.getrusage(resource.RUSAGE_SELF)
peak = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(json.dumps([used.ru_utime + used.ru_stime, peak / 1024]))
"""
OURS = """
from app import create_app
client = create_app().test_client()
assert client.get("/login").status_code == 200
"""
WORKER = """
import os
from app import create_app
from commands.serving import prepare
app = create_app()
prepare(app)
if os.fork():
    os.wait()
    os._exit(0)
assert app.test_client().get("/login").status_code == 200
import json, resource
used = resource.getrusage(resource.RUSAGE_SELF)
own = sum(int(line.split()[1]) for line in open("/proc/self/smaps_rollup") if line.startswith("Private_"))
print(json.dumps([used.ru_utime + used.ru_stime, own / 1024]), flush=True)
os._exit(0)
"""
FLASK = """
from flask import Flask, render_template_string
app = Flask("bare")
app.add_url_rule("/", view_func=lambda: render_template_string("<p>{{ 1 + 1 }}</p>"))
assert app.test_client().get("/").status_code == 200
"""
ADMIN = """
from flask import Flask
from flask_admin import Admin
from flask_admin.contrib.sqla import ModelView
from flask_babel import Babel
from flask_sqlalchemy import SQLAlchemy
app = Flask("stock")
app.config.update(SQLALCHEMY_DATABASE_URI="sqlite://", SECRET_KEY="stock")
Babel(app)
db = SQLAlchemy(app)
class Thing(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(80))
Admin(app).add_view(ModelView(Thing, db, endpoint="thing"))
with app.app_context():
    db.create_all()
    assert app.test_client().get("/admin/thing/").status_code == 200
"""


def child(script: str, home: Path) -> tuple[float, float]:
    """Run a script in a process of its own; its processor seconds and peak megabytes.

    Whatever the machine says, files are compiled by the first run and not again by the others, as on a server.
    """
    compiled = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(home.parent / "compiled")}
    environment = os.environ | {"TAIZHANG_INSTANCE": str(home), "DATABASE_URL": ""} | compiled
    done = subprocess.run([sys.executable, "-c", script + TELL], cwd=PROJECT, env=environment, capture_output=True, text=True, check=True)
    seconds, peak = json.loads(done.stdout.splitlines()[-1])
    return seconds, peak


def run(folder: Path, rows: int) -> list[Figure]:
    """The figures of the start. `rows` is not used: an application reads no record before it is asked."""
    home = instance(folder, 1_000).folder
    scripts = {"ours": OURS, "worker": WORKER, "flask": FLASK, "admin": ADMIN}
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in scripts}
    for turn in range(RUNS + 1):
        for name, script in scripts.items():
            taken = child(script, home)
            if turn:
                found[name].append(taken)
    middle = {name: [statistics.median(each) for each in zip(*taken, strict=True)] for name, taken in found.items()}
    ours, worker, flask, admin = middle["ours"], middle["worker"], middle["flask"], middle["admin"]
    beside = f"Flask {flask[0]:.2f} s, Flask-Admin {admin[0]:.2f} s"
    memory = f"Flask {flask[1]:.0f} MB, Flask-Admin {admin[1]:.0f} MB"
    return [
        Figure("processor time to the first page", f"{ours[0]:.2f} s", beside, ours[0], SECONDS, unit=" s"),
        Figure("peak memory", f"{ours[1]:.0f} MB", memory, ours[1], MEGABYTES, unit=" MB"),
        Figure("… against Flask-Admin, time", f"{ours[0]:.2f} s", f"{admin[0]:.2f} s", ours[0] / admin[0]),
        Figure("… against Flask-Admin, memory", f"{ours[1]:.0f} MB", f"{admin[1]:.0f} MB", ours[1] / admin[1]),
        Figure("… of a worker of the server, time", f"{worker[0]:.2f} s", "from where it parts", worker[0], unit=" s"),
        Figure("… of a worker of the server, memory", f"{worker[1]:.0f} MB", "that it does not share", worker[1], unit=" MB"),
    ]
