"""The real ledgers on which the sentinel is measured, and what was labelled in them by hand.

The ledgers themselves are no part of the project: their folder is named when they are measured. The labels are the
numbers of messages alone, with the event to which each belongs, if any, and the half in which it counts.
"""

from __future__ import annotations

import csv
import os
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from services.exchange import reading, workbook

FOLDER = "TAIZHANG_LEDGERS"  # the variable that names the folder of the ledgers
LABELS = Path(__file__).with_name("sentinel_labels.csv")
FILES = {"one-city": "complaints-one-city.xlsx", "with-replies": "complaints-with-replies.xlsx"}
HEADINGS = ("留言编号", "留言用户", "留言主题", "留言时间", "留言详情")
TUNE, MEASURE = "tune", "measure"


@dataclass(frozen=True, slots=True)
class Letter:
    """One message of a ledger."""

    number: str
    writer: str
    title: str
    content: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Label:
    """What a reader said of a message: its event, empty when it stands alone; and the half in which it counts."""

    event: str
    half: str


def folder() -> Path | None:
    """Where the ledgers are; `None` when nobody said so."""
    named = os.environ.get(FOLDER, "")
    return Path(named) if named else None


def letters(path: Path, zone: ZoneInfo) -> list[Letter]:
    """The messages of a ledger by time; two of one moment by their numbers."""
    book = workbook.read(path, path.name, HEADINGS)
    place = {heading.text: at for at, heading in enumerate(book.headings)}

    def cell(row: Any, name: str) -> Any:
        return row.values[place[name]]

    found = []
    for row in book.rows:
        number, moment = reading.identifier(cell(row, "留言编号")), reading.moment(cell(row, "留言时间"), zone)
        assert number and moment, f"Row {row.number} of {path.name} has no number or no time."
        title, content = reading.line(cell(row, "留言主题")) or "", reading.text(cell(row, "留言详情")) or ""
        found.append(Letter(number, reading.line(cell(row, "留言用户")) or "", title, content, moment.at))
    return sorted(found, key=lambda each: (each.at, int(each.number)))


def labels() -> dict[str, dict[str, Label]]:
    """What was labelled, by ledger and message number."""
    found: dict[str, dict[str, Label]] = defaultdict(dict)
    with LABELS.open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            found[line["ledger"]][line["message"]] = Label(line["event"], line["half"])
    return found


def ledgers(zone: ZoneInfo) -> Iterator[tuple[str, list[Letter], dict[str, Label]]]:
    """Each ledger that is labelled: its name, its messages and its labels."""
    home, known = folder(), labels()
    assert home is not None
    for name, file in FILES.items():
        yield name, letters(home / file, zone), known[name]
