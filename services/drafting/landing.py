"""Puts a drafted register in its place: all of its files, or none.

Everything is written into a copy of the house first. There the application starts, which checks the declaration, and
writes the migration. Only then are the files moved; whatever goes wrong half-way puts back what stood there.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from models.core.message import Message, _
from services.drafting.catalogues import fill
from services.drafting.declaration import declaration, messages
from services.drafting.draft import Draft
from services.drafting.shelving import Unlike, chapter_face, rights_of_new_chapter, with_chapter, with_register, with_rights

# What the application needs to start, and what is written into.
HOUSE = (
    "app.py",
    "commands",
    "docs/spec",
    "migrations",
    "models",
    "services",
    "static",
    "templates",
    "tests/matrix",
    "translations",
    "views",
)
UNWANTED = shutil.ignore_patterns("*.tmp")  # compiled files go along: a start that compiles everything anew takes twice as long
TABLE = re.compile(r"op\.(?:create_table|drop_table|batch_alter_table|add_column|drop_column|alter_column)\(['\"](\w+)['\"]")


class NotWritten(Exception):
    """Nothing was written; `message` says why, and `told` what the failing program said."""

    def __init__(self, message: Message, told: str = "") -> None:
        super().__init__(str(message))
        self.message = message
        self.told = told


@dataclass(frozen=True, slots=True)
class Change:
    """One file: its path from the top of the house, what stood there (`None` when it is new), and what will."""

    path: str
    before: bytes | None
    after: bytes


def prepare(draft: Draft, house: Path) -> list[Change]:
    """What putting the register on the shelf changes, tried out in a copy of the house. Raises `NotWritten`."""
    with TemporaryDirectory(prefix="register-") as room:
        copy = Path(room) / "house"
        for each in HOUSE:
            _copy(house / each, copy / each)
        written = _write(draft, copy)
        written.append(_migrate(draft, copy, Path(room) / "instance"))
        _run(copy, "-m", "services.readings")
        written.append("translations/readings.json")
        return [Change(each, _bytes(house / each), (copy / each).read_bytes()) for each in written]


def land(changes: Sequence[Change], house: Path) -> None:
    """Move all files into their places. Raises `NotWritten` where one was changed meanwhile; then, and on any error, none is."""
    for change in changes:
        if _bytes(house / change.path) != change.before:
            raise NotWritten(_("“{name}” was changed meanwhile; nothing was written. Try again.", name=change.path))
    made: list[Path] = []
    try:
        for change in changes:
            path = house / change.path
            made += _make_folder(path.parent)
            _put(path, change.after)
    except BaseException as trouble:
        for change in changes:
            _put_back(house / change.path, change.before)
        for folder in reversed(made):
            with suppress(OSError):
                folder.rmdir()
        if isinstance(trouble, OSError):
            raise NotWritten(_("Not everything could be written, so nothing was: {why}", why=str(trouble))) from trouble
        raise


def _write(draft: Draft, copy: Path) -> list[str]:
    """Write declaration, shelf, rights and messages into the copy; the paths that were written."""
    folder, place = copy / "models" / draft.chapter, f"models/{draft.chapter}/{draft.key}.py"
    face, shelf, table = folder / "__init__.py", copy / "models" / "__init__.py", copy / "tests" / "matrix" / f"{draft.chapter}.py"
    said = messages(draft)
    written = [place, f"models/{draft.chapter}/__init__.py", f"tests/matrix/{draft.chapter}.py"]
    try:
        if draft.chapter_title is not None:
            folder.mkdir()
            face.write_text(chapter_face(draft), "utf-8")
            shelf.write_text(with_chapter(shelf.read_text("utf-8"), draft.chapter), "utf-8")
            written.append("models/__init__.py")
            fill(copy / "translations", {draft.chapter_title.en: draft.chapter_title.zh}, f"models/{draft.chapter}/__init__.py")
        else:
            face.write_text(with_register(face.read_text("utf-8"), draft), "utf-8")
        (copy / place).write_text(declaration(draft), "utf-8")
        table.write_text(with_rights(table.read_text("utf-8"), draft) if table.exists() else rights_of_new_chapter(draft), "utf-8")
    except Unlike as wrong:
        raise NotWritten(_("The shelf looks unlike what is expected at “{place}”; nothing was written.", place=str(wrong))) from wrong
    return written + [str(each.relative_to(copy)) for each in fill(copy / "translations", said, place)]


def _migrate(draft: Draft, copy: Path, instance: Path) -> str:
    """Start the application in the copy, which checks all declarations, and let it write the migration; its path."""
    versions = copy / "migrations" / "versions"
    before = set(versions.glob("*.py"))
    _run(copy, "-m", "flask", "--app", "app", "migration", f"Keep the {draft.title.en[:1].lower()}{draft.title.en[1:]}", instance=instance)
    (made,) = set(versions.glob("*.py")) - before
    others = set(TABLE.findall(made.read_text("utf-8"))) - {draft.key}
    if others:
        tables = ", ".join(sorted(others))
        raise NotWritten(_("Other tables have changed without a migration: {tables}. Make theirs first: make migration", tables=tables))
    return str(made.relative_to(copy))


def _run(copy: Path, *words: str, instance: Path | None = None) -> None:
    """Run Python in the copy. Raises `NotWritten` with what it said when it fails."""
    environment = {
        **os.environ,
        "TAIZHANG_INSTANCE": str(instance or copy / "instance"),
        "DATABASE_URL": "",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    environment.pop("PYTHONPATH", None)
    done = subprocess.run([sys.executable, *words], cwd=copy, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotWritten(_("The house does not start with this register; nothing was written."), done.stderr.strip())


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, ignore=UNWANTED)
    else:
        shutil.copy2(source, target)


def _bytes(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None


def _make_folder(folder: Path) -> list[Path]:
    if folder.exists():
        return []
    folder.mkdir()
    return [folder]


def _put(path: Path, content: bytes) -> None:
    """Write a file, which takes its name only when it is whole."""
    waiting = path.with_name(f".{path.name}.tmp")
    try:
        waiting.write_bytes(content)
        os.replace(waiting, path)
    finally:
        waiting.unlink(missing_ok=True)


def _put_back(path: Path, before: bytes | None) -> None:
    if before is None and path.exists():
        path.unlink()
    elif before is not None and _bytes(path) != before:
        _put(path, before)
