"""What the pages of an import draw: the files so far, a file as it would be taken, and what became of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from flask import g
from sqlalchemy.orm import Session

from models.core.access import granted
from models.core.fields import Field
from models.core.message import Message, _
from models.core.register import Register
from models.exchange import BatchState, ImportBatch
from models.jobs import Job, JobState
from services.display import Reader
from services.exchange import reading, undoing, uploads
from services.exchange.imports import Problem, Seen
from services.exchange.mapping import PART, column_choices, column_fields
from services.exchange.parting import Parting
from services.exchange.workbook import Heading, column_letters
from services.jobs import asking
from views.forms import FormPage
from views.pages import Button

FIRST = 10  # rows that are shown as they would be entered
REFUSED = 40  # rows that are shown with what is wrong with them
LONGEST = 80  # signs of a cell
NAMELESS = _("(without a heading)")
DATE = re.compile(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}( \d{1,2}(:\d{1,2}){1,2})?")
OVER = (JobState.DONE.value, JobState.FAILED.value, JobState.CANCELLED.value)
RINGS = {
    BatchState.LOOKED_AT: "empty",
    BatchState.WAITING: "empty",
    BatchState.RUNNING: "half",
    BatchState.DONE: "done",
    BatchState.CANCELLED: "again",
    BatchState.UNDONE: "void",
}


def standing(session: Session, batch: ImportBatch) -> BatchState:
    """How far a file is; one whose work ended without taking it is to be looked at again."""
    state = BatchState.of(batch.state)
    if state in (BatchState.WAITING, BatchState.RUNNING):
        row = session.get(Job, batch.job_id) if batch.job_id else None
        if row is None or row.state in OVER:
            return BatchState.LOOKED_AT if batch.upload else BatchState.CANCELLED
    return state


def choosing(register: type[Register], form: FormPage, batches: list[ImportBatch], home: str) -> dict[str, Any]:
    """The page on which a file is chosen."""
    return {
        "title": str(_("Import: {title}", title=register.about.title)),
        "form": form,
        "template": f"{home}import/template/",
        "batches": [_line(each, home) for each in batches],
    }


def _line(batch: ImportBatch, home: str) -> dict[str, Any]:
    state = BatchState.of(batch.state)
    return {
        "url": f"{home}import/{batch.id}/",
        "file": batch.file_name,
        "by": batch.asked_by,
        "at": g.shell.reader.moment(batch.asked_at),
        "state": {"label": str(state.label), "ring": RINGS[state]},
        "added": f"{batch.added:,}",
        "skipped": f"{batch.skipped:,}",
        "refused": f"{batch.refused:,}",
        "void": state == BatchState.UNDONE,
    }


# A file as it would be taken ------------------------------------------------------------


@dataclass
class Shown:
    """The rows of a file that are shown: the first that are good, and the first that are refused; and how many there are of each."""

    register: type[Register]
    reader: Reader
    rows: list[Seen] = field(default_factory=list)
    refused: int = 0
    good: int = 0

    def see(self, seen: Seen) -> None:
        """Keep a row if it is among those that are shown."""
        bad = bool(seen.problems)
        if (self.refused < REFUSED) if bad else (self.good < FIRST):
            self.rows.append(seen)
        self.refused += bad
        self.good += not bad

    @property
    def unseen(self) -> int:
        """How many rows that were looked at are not shown."""
        return self.refused + self.good - len(self.rows)

    def draw(self, columns: dict[int, str], parting: Parting) -> list[dict[str, Any]]:
        """The rows as the template draws them; a cell that says two facts shows both, each as it is understood."""
        say = {each.key: self._teller(each) for each in column_fields(self.register)}
        last = {key.partition(PART)[0]: column for column, key in columns.items()}  # of several for one field shows what they say together
        shown = {column: owner if last[owner := key.partition(PART)[0]] == column else "" for column, key in columns.items()}
        return [self._row(seen, shown, say, parting) for seen in self.rows]

    def _teller(self, declared: Field) -> Any:
        # What somebody has just sent is shown as it is read, to that person alone.
        if declared.personal or declared.kind == "link":
            return lambda value: str(value or "")
        if declared.kind == "moment":
            return lambda value: self.reader.moment(value, taken_over=True)
        return self.reader.formatter(self.register, declared)

    def _said(self, values: dict[str, Any], key: str, say: dict[str, Any], parted: dict[str, str]) -> str:
        """What is entered for the column of a field, and behind it what the same cell says of others."""
        others = (f"{self.register.field(each).label} {say[each](values[each])}" for each in parted if each != key and each in values)
        return " · ".join([say[key](values[key]), *others])

    def _row(self, seen: Seen, columns: dict[int, str], say: dict[str, Any], parting: Parting) -> dict[str, Any]:
        wrong = {problem.at for problem in seen.problems}
        apart, cells = parting.of(seen.row.values), []
        for column, key in columns.items():
            moment = key in self.register.fields() and self.register.field(key).kind == "moment"
            hour = reading.hour(seen.row.values[column]) if moment else None
            raw = f"{hour:%H:%M}" if hour is not None else _written(seen.row.values[column], self.reader)
            text, note = raw, ""
            if seen.values is not None and key in seen.values and self.register.field(key).kind != "link":
                text = self._said(seen.values, key, say, apart.get(column, {}))
                note = "" if _alike(raw, text) else raw
            cells.append({"text": _short(text), "note": _short(note), "bad": column in wrong})
        told = [(_where(problem), str(problem.reason)) for problem in seen.problems]
        known = seen.values is None and not seen.problems
        return {"number": seen.row.number, "cells": cells, "problems": told, "known": known, "good": not told and not known}


def _written(raw: Any, reader: Reader) -> str:
    if isinstance(raw, datetime):
        return f"{raw:%Y-%m-%d %H:%M}"
    if isinstance(raw, date):
        return raw.isoformat()
    if isinstance(raw, float) and raw.is_integer():
        return str(int(raw))
    return " ".join(str(raw).split())


def _alike(raw: str, text: str) -> bool:
    """Whether what is entered is what was written but for white space, or the same date and time in other signs."""
    if "".join(raw.split()) == "".join(text.split()):
        return True
    if not DATE.fullmatch(raw) or not DATE.fullmatch(text):
        return False
    written, read = ([int(each) for each in re.findall(r"\d+", said)] for said in (raw, text))
    return written[: len(read)] == read


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _where(problem: Problem) -> str:
    return f"{column_letters(problem.at)}{problem.row}" if problem.at is not None else problem.column


def looking(register: type[Register], batch: ImportBatch, look: uploads.Look, shown: Shown, home: str) -> dict[str, Any]:
    """The page on which a file is looked at."""
    taken, book, here = look.taken, look.workbook, f"{home}import/{batch.id}/"
    seen = taken.added + taken.skipped + taken.refused
    number = register.fields()["number"]
    labels = {"number": str(number.label)} | {key: str(label) for key, label in column_choices(register)}
    by_column = {column: key for column, key in sorted(look.columns.items())}
    listed = [each for each in book.headings if each.text or each.column in book.nameless]
    return {
        "title": str(_("Import: {title}", title=register.about.title)),
        "sub": (batch.file_name, *([book.sheet] if book.sheet else []), str(_("{n} rows", n=f"{seen:,}{'+' if look.partly else ''}"))),
        "action": here,
        "columns": [_choice(each, by_column.get(each.column, ""), register) for each in listed],
        "options": list(labels.items()),
        "matched": len(by_column),
        "of": len(listed),
        "unknown": taken.unknown_columns,
        "heads": [(f"{book.headings[column].letters} {book.headings[column].text}", labels[key]) for column, key in by_column.items()],
        "rows": shown.draw(by_column, look.parting),
        "unseen": shown.unseen,
        "notes": [str(each) for each in taken.notes],
        "counts": (taken.added, taken.skipped, taken.refused),
        "reasons": _reasons(taken.problems),
        "open": taken.open,
        "late": taken.late,
        "closing": uploads.closing(batch),
        "partly": look.partly,
        "later": book.about > uploads.AT_ONCE,
        "rows_url": f"{here}rows/" if taken.refused else "",
        "choose_url": f"{home}import/",
        "learnt": uploads.chosen(batch) is not None,
    }


def _choice(heading: Heading, key: str, register: type[Register]) -> dict[str, Any]:
    return {"name": f"col-{heading.column}", "heading": heading.text or str(NAMELESS), "letters": heading.letters, "value": key}


def _reasons(problems: list[Problem]) -> list[dict[str, Any]]:
    """What is wrong, the most frequent first, each with the first row in which it is."""
    found: dict[tuple[str, str], list[Problem]] = {}
    for problem in problems:
        found.setdefault((problem.column, problem.reason.text), []).append(problem)
    most = sorted(found.items(), key=lambda pair: -len(pair[1]))[:12]
    return [
        {"column": column, "reason": str(_kind([each.reason for each in same])), "n": len(same), "row": same[0].row}
        for (column, _text), same in most
    ]


def _kind(reasons: list[Message]) -> Message:
    """One reason for several rows; what is not the same in all of them is left open."""
    values = {name: value if all(each.values[name] == value for each in reasons) else "…" for name, value in reasons[0].values.items()}
    return Message(reasons[0].text, **values)


# What became of it -----------------------------------------------------------------------


def result(session: Session, register: type[Register], batch: ImportBatch, home: str) -> dict[str, Any]:
    """The page of a file that was taken, is being taken, or was undone."""
    state, told, reader = standing(session, batch), uploads.told(batch), g.shell.reader
    job = session.get(Job, batch.job_id) if batch.job_id else None
    working = job if job is not None and job.state not in OVER else None
    here, undone = f"{home}import/{batch.id}/", state == BatchState.UNDONE
    problems = [(each.row, each.column, each.value, str(each.reason)) for each in told.problems]
    buttons = [Button(_("Choose another file"), f"{home}import/")]
    if batch.state in undoing.STATES and batch.added and working is None and granted(register, "void", g.shell.role):
        buttons.append(Button(_("Undo the import"), f"{here}undo/", "void"))
    if batch.refused_rows:
        buttons.append(Button(_("Download the {n} rows to correct", n=f"{batch.refused:,}"), f"{here}rows/", "export"))
    buttons.append(Button(_("Open the register"), home, primary=True))
    return {
        "title": str(_("Import: {title}", title=register.about.title)),
        "sub": (batch.file_name, batch.asked_by, reader.moment(batch.asked_at)),
        "buttons": buttons,
        "busy": working is not None,
        "job": _job(working) if working is not None else None,
        "failed": str(job.error) if job is not None and job.state == JobState.FAILED.value and job.error else str(batch.error or ""),
        "state": {"label": str(state.label), "ring": RINGS[state]},
        "cancelled": state == BatchState.CANCELLED,
        "undone": _undone(batch, reader) if undone else None,
        "added": batch.added,
        "skipped": batch.skipped,
        "refused": batch.refused,
        "held": batch.whole and batch.refused > 0,
        "unknown_columns": told.unknown,
        "mapping": [(heading, str(label) if label else None) for heading, label in told.mapping],
        "problems": problems,
        "more_problems": max(0, told.of - len(problems)),
        "notes": [str(each) for each in told.notes],
        "action": here,
        "finished": state in (BatchState.DONE, BatchState.UNDONE),
    }


def _undone(batch: ImportBatch, reader: Reader) -> Message:
    return _("Undone by {who} on {moment}: {reason}", who=batch.undone_by, moment=reader.moment(batch.undone_at), reason=batch.undo_reason)


def _job(row: Job) -> dict[str, Any]:
    work = asking.works().get(row.name)
    return {
        "label": str(work.label) if work else row.name,
        "done": row.done,
        "of": row.of,
        "stops": row.stop,
        "waits": row.state == JobState.WAITING.value,
    }


def in_the_way(each: undoing.Against) -> dict[str, str]:
    """A record that is in the way of undoing its file."""
    return {"number": each.number, "url": f"/register/{each.register.key}/{each.id}/", "reason": str(each.reason)}
