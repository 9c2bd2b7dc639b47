"""Eight people entering complaints at once: through the server as it is started in an office, on SQLite."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from datetime import datetime, timedelta
from http.client import HTTPConnection, RemoteDisconnected
from pathlib import Path
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from benchmarks.instance import USER, Instance, instance
from benchmarks.measure import Figure
from services.settings import PROJECT

PEOPLE = 8
SECONDS = 12.0
FORM = {
    "channel": "phone",
    "first_responder": "何静",
    "house": "3栋1单元0502",
    "complainant": "李雪梅",
    "phone": "13802564712",
    "subject": "楼道漏水",
    "content": "楼道天花板漏水，影响通行。",
}


class Person:
    """One browser over one kept connection."""

    def __init__(self, port: int, password: str) -> None:
        self.connection = HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookie = ""
        self.waited: list[float] = []
        self.refused: list[str] = []
        self.post("/login", {"username": USER, "password": password, "csrf_token": self.token("/login")})
        self.known = self.token("/register/complaint/new/")

    def ask(self, method: str, path: str, body: str = "") -> tuple[int, str]:
        """One request; its status and page."""
        headers = {"Cookie": self.cookie}
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            self.connection.request(method, path, body or None, headers)
            answer = self.connection.getresponse()
        except (BrokenPipeError, ConnectionResetError, RemoteDisconnected):  # a server may close a connection that was kept
            self.connection.close()
            self.connection.request(method, path, body or None, headers)
            answer = self.connection.getresponse()
        page = answer.read().decode("utf-8", "replace")
        for kept in answer.headers.get_all("Set-Cookie") or ():
            self.cookie = kept.partition(";")[0]
        return answer.status, page

    def token(self, path: str) -> str:
        """The token of a page."""
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.ask("GET", path)[1])
        assert found is not None, path
        return found[1]

    def post(self, path: str, form: dict[str, str]) -> tuple[int, str]:
        """Send a form."""
        return self.ask("POST", path, urlencode(form))

    def write(self, until: float) -> None:
        """Enter complaints until the time is up."""
        received = datetime.now(ZoneInfo("Asia/Shanghai")) - timedelta(minutes=2)
        form = FORM | {"csrf_token": self.known, "received_at": received.strftime("%Y-%m-%dT%H:%M")}
        while time.perf_counter() < until:
            began = time.perf_counter()
            status, page = self.post("/register/complaint/new/", form)
            self.waited.append((time.perf_counter() - began) * 1000)
            if status != 302:
                self.refused.append(f"{status}: {' '.join(re.sub('<[^>]+>', ' ', page).split())[:300]}")


def serve(folder: Path) -> tuple[subprocess.Popen[bytes], int]:
    """Start the server over an instance; the process and its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {"TAIZHANG_INSTANCE": str(folder), "DATABASE_URL": "", "PORT": str(port), "HOST": "127.0.0.1"}
    log = (folder / "server.log").open("wb")
    server = subprocess.Popen([sys.executable, "app.py"], cwd=PROJECT, env=environment, stdout=log, stderr=log)
    for _each in range(150):
        time.sleep(0.2)
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return server, port
        except OSError:
            assert server.poll() is None, (folder / "server.log").read_text()[-2000:]
    raise SystemExit("The server did not open its port in thirty seconds.")


def run(folder: Path, rows: int) -> list[Figure]:
    """The figures of writing, over a copy of the small instance; `rows` is not used."""
    small = instance(folder, 1_000)
    with tempfile.TemporaryDirectory() as scratch:
        shutil.copytree(small.folder, scratch, dirs_exist_ok=True)
        copy = Instance(Path(scratch), 1_000, small.password, 0, 0)
        server, port = serve(copy.folder)
        try:
            people = [Person(port, copy.password) for _each in range(PEOPLE)]
            until = time.perf_counter() + SECONDS
            threads = [threading.Thread(target=person.write, args=(until,)) for person in people]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(30)
    waited = sorted(each for person in people for each in person.waited)
    refused = [each for person in people for each in person.refused]
    for each in refused[:3]:
        print(each, file=sys.stderr)

    def part(share: float) -> float:
        return waited[min(len(waited) - 1, int(len(waited) * share))]

    said = f"median {part(0.5):.0f} ms, 99 % {part(0.99):.0f} ms, longest {waited[-1]:.0f} ms"
    return [
        Figure(f"{PEOPLE} people, {SECONDS:.0f} s", said, "", len(waited) / SECONDS, unit=" records a second"),
        Figure("refused or failed", f"{len(refused)} of {len(waited):,}", "", len(refused), 0, unit=""),
    ]
