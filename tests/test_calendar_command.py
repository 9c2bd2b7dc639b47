"""The calendar of working days on the console."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import Result
from flask import Flask

from tests.test_calendar import MADE_UP


def flask(app: Flask, *words: str) -> Result:
    """A command of the console."""
    return app.test_cli_runner().invoke(args=["calendar", *words], env={"LANG": "zh_CN.UTF-8"})


def test_the_console_shows_a_year_and_refuses_one_that_is_not_loaded(app: Flask) -> None:
    shown = flask(app, "show", "2026")
    assert shown.exit_code == 0
    assert "2026-10-10  星期六  调休上班  国庆节" in shown.output
    told = json.loads(flask(app, "show", "2026", "--json").output)
    assert {"day": "2026-09-20", "works": True, "name": "国庆节"} in told["days"]
    missing = flask(app, "show", "2027")
    assert missing.exit_code == 1
    assert "2027" in missing.output


def test_the_console_loads_a_year_from_a_file(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "2027.csv"
    path.write_text(MADE_UP.replace("2027.2.20,班", "2027.2.19,班"), "utf-8")
    wrong = flask(app, "load", str(path))
    assert wrong.exit_code == 1
    assert "第 6 行" in wrong.output
    path.write_text(MADE_UP, "utf-8")
    done = flask(app, "load", str(path), "--json")
    assert json.loads(done.output.splitlines()[-1])["changed"] == 4
    assert flask(app, "show", "2027").exit_code == 0
    assert flask(app, "load", str(tmp_path / "none.csv")).exit_code == 1
