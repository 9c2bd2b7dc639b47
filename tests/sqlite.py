"""The SQLite file of the tests: what stood in it is put back without closing it, for reading its schema takes longest."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

SHADOWS = ("_search_data", "_search_idx", "_search_config")


class Kept:
    """What stands in a database file, to be put back by `restore` while the application keeps its connections to it."""

    def __init__(self, file: Path) -> None:
        self.file, self.copy = file, file.with_name("kept.db")
        self._open()
        self.keeper.execute("VACUUM INTO ?", (str(self.copy),))
        self._look()

    def _open(self) -> None:
        self.keeper = sqlite3.connect(self.file, timeout=0.5, isolation_level=None, cached_statements=1000)
        self.keeper.execute("PRAGMA synchronous=OFF")
        # Its triggers do nothing for whoever puts things back, that of the trail among them.
        self.keeper.set_authorizer(lambda *asked: sqlite3.SQLITE_IGNORE if asked[-1] else sqlite3.SQLITE_OK)

    def _look(self) -> None:
        self.keeper.execute("ATTACH ? AS kept", (str(self.copy),))
        named = self.keeper.execute("SELECT name, sql LIKE '%USING fts5%' FROM sqlite_master WHERE type = 'table'").fetchall()
        self.searches = [name for name, search in named if search]
        tables = [name for name, search in named if not search and not name.endswith(SHADOWS)]
        self.filled = [name for name in tables if self.keeper.execute(f"SELECT 1 FROM kept.{name}").fetchone()]
        asked = [f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {name})" for name in tables if name not in self.filled]
        asked += [f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {name}_idx)" for name in self.searches]
        self.touched = " UNION ALL ".join(asked)
        self.schema = self._state()

    def _state(self) -> tuple[int, int]:
        return self.file.stat().st_ino, self.keeper.execute("PRAGMA main.schema_version").fetchone()[0]

    def restore(self) -> bool:
        """Put back what was kept; `False` when the file is another, its schema changed, or somebody holds it."""
        try:
            if self._state() != self.schema:
                return False
            self.keeper.execute("BEGIN IMMEDIATE")
        except (OSError, sqlite3.OperationalError):
            return False
        for (name,) in self.keeper.execute(self.touched).fetchall():
            self.keeper.execute(f"INSERT INTO {name}({name}) VALUES ('delete-all')" if name in self.searches else f"DELETE FROM {name}")
        for name in self.filled:
            self.keeper.execute(f"DELETE FROM {name}")
            self.keeper.execute(f"INSERT INTO {name} SELECT * FROM kept.{name}")
        self.keeper.execute("COMMIT")
        return True

    def replace(self) -> None:
        """Put another file in the place of this one, to which nobody may be connected."""
        self.keeper.close()
        for path in self.file.parent.glob(f"{self.file.name}*"):
            path.unlink()
        shutil.copyfile(self.copy, self.file)
        self._open()
        self._look()
