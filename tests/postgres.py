"""A private PostgreSQL server for the tests: its own folder, its own socket, no port, thrown away at the end."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import psycopg

QUICK = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "64MB",
    "jit": "off",
}
PATIENCE = 60  # seconds until a server must answer


def binaries() -> Path | None:
    """The folder of the newest server on this machine; `None` when there is none."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if not found and (beside := shutil.which("initdb")):
        found = [Path(beside).resolve().parent]
    return max(found, key=lambda folder: [int(part) for part in folder.parent.name.split(".") if part.isdigit()], default=None)


class Server:
    """A running server. `initdb` refuses root, so root runs it as the user `postgres`."""

    keeper: psycopg.Connection[Any]

    def __init__(self, folder: Path) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="tz", dir="/tmp"))  # short: the path of a socket has at most 107 bytes
        self.identity: dict[str, Any] = {}
        if os.geteuid() == 0:
            keeper = pwd.getpwnam("postgres")
            os.chown(self.folder, keeper.pw_uid, keeper.pw_gid)
            self.identity = {"user": keeper.pw_uid, "group": keeper.pw_gid, "extra_groups": []}
        data = self.folder / "data"
        made = [folder / "initdb", "-D", data, "-U", "taizhang", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"]
        self._run(made)
        options = [part for name, value in QUICK.items() for part in ("-c", f"{name}={value}")]
        log = (self.folder / "log").open("wb")
        self.process = subprocess.Popen(
            [folder / "postgres", "-D", data, "-k", self.folder, *options], stdout=log, stderr=log, cwd=self.folder, **self.identity
        )
        self._wait()

    def _run(self, command: list[Any]) -> None:
        done = subprocess.run(command, capture_output=True, text=True, cwd=self.folder, **self.identity)
        if done.returncode:
            raise RuntimeError(f"{command[0]} failed:\n{done.stdout}{done.stderr}")

    def _wait(self) -> None:
        until = time.monotonic() + PATIENCE
        while True:
            try:
                self.query("SELECT 1")
                return
            except psycopg.OperationalError:
                if self.process.poll() is not None or time.monotonic() > until:
                    raise RuntimeError((self.folder / "log").read_text()) from None
                time.sleep(0.05)

    def query(self, statement: str) -> None:
        """Run one statement outside of any transaction."""
        with self._inside("postgres") as connection:
            connection.execute(statement)  # type: ignore[arg-type]

    def address(self, name: str) -> str:
        """The address of a database as SQLAlchemy writes it."""
        return f"postgresql+psycopg://taizhang@/{name}?host={self.folder}"

    def remember(self, name: str) -> None:
        """Keep what stands in the tables of the database `name`, to be put back by `restore`.

        What puts it back is a function of the server, so that its plans are made once.
        """
        with self._inside(name) as connection:
            tables = [row[0] for row in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
            sequences = connection.execute("SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'").fetchall()
            connection.execute("CREATE SCHEMA kept")
            steps = []
            for table in tables:
                connection.execute(f"CREATE TABLE kept.{table} AS TABLE public.{table}")  # type: ignore[arg-type]
                rows = connection.execute(f"SELECT count(*) FROM kept.{table}").fetchone()  # type: ignore[arg-type]
                other, back = f"EXISTS (SELECT FROM public.{table})", f"DELETE FROM public.{table};"
                if rows and rows[0]:
                    other = f"{rows[0]} <> (SELECT count(*) FROM public.{table}) OR EXISTS (TABLE public.{table} EXCEPT TABLE kept.{table})"
                    back += f" INSERT INTO public.{table} SELECT * FROM kept.{table};"
                steps.append(f"IF {other} THEN {back} END IF;")
            for sequence, last in sequences:
                now = f"SELECT FROM public.{sequence} WHERE is_called AND last_value <> {last or 0}"
                steps.append(f"IF EXISTS ({now}) THEN PERFORM setval('public.{sequence}', {last or 1}, {bool(last)}); END IF;")
            body = "\n".join(steps)
            connection.execute(f"CREATE FUNCTION kept.restore() RETURNS void LANGUAGE plpgsql AS $$ BEGIN {body} END $$")  # type: ignore[arg-type]
        self.keeper = self._inside(name)
        # As a replica the server fires no trigger and follows no foreign key.
        self.keeper.execute("SET session_replication_role = replica")

    def restore(self) -> bool:
        """Put back what was kept. Whoever is still in the middle of something is thrown out.

        `False` when the guard of the trail is gone: tests that tamper with it take it away first.
        """
        self.keeper.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'"
        )
        self.keeper.execute("SELECT kept.restore()")
        return self.keeper.execute("SELECT FROM pg_trigger WHERE tgname = 'audit_entry_append_only' AND tgenabled = 'O'").rowcount == 1

    def _inside(self, name: str) -> psycopg.Connection[Any]:
        return psycopg.connect(host=str(self.folder), user="taizhang", dbname=name, autocommit=True)

    def stop(self) -> None:
        """End the server at once, without its last words to the disk, and remove what it kept."""
        self.process.send_signal(signal.SIGQUIT)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
