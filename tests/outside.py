"""What stands outside of the house in tests: a mail server and a chat that really listen, on this machine alone."""

from __future__ import annotations

import asyncio
import email
import email.policy
import json
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope

from tests.browser.house import free_port


class Letters:
    """The letters that came in, in their order; `refusing` is what the server says instead of taking one.

    While `waiting` is set a letter that came in is taken, and the server does not say so before it is cleared.
    """

    def __init__(self) -> None:
        self.waiting = threading.Event()
        self.came: list[EmailMessage] = []
        self.receivers: list[str] = []
        self.refusing = ""
        self.port = 0

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:
        """Take a letter, or refuse it."""
        if self.refusing:
            return self.refusing
        self.came.append(email.message_from_bytes(envelope.content or b"", policy=email.policy.default))  # type: ignore[arg-type]
        self.receivers += envelope.rcpt_tos
        while self.waiting.is_set():
            await asyncio.sleep(0.02)
        return "250 taken"

    def numbers(self) -> list[str]:
        """The numbers of the letters, in their order."""
        return [str(each["X-Taizhang-Number"]) for each in self.came]


@contextmanager
def mail_server(user: str = "", password: str = "", *, certificate: Path | None = None, tls: str = "none") -> Iterator[Letters]:
    """A mail server; with a user it asks for the password, and with a certificate it speaks by `tls` or `starttls`."""
    letters = Letters()

    def ask(_server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
        return AuthResult(success=(given.login, given.password) == (user.encode(), password.encode()), handled=False)  # it answers 535

    secured: dict[str, Any] = {"authenticator": ask, "auth_required": True, "auth_require_tls": False} if user else {}
    if certificate is not None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate)
        secured |= {"ssl_context": context} if tls == "tls" else {"tls_context": context, "require_starttls": True}
    controller = Controller(letters, hostname="127.0.0.1", port=free_port(), **secured)
    controller.start()

    letters.port = controller.port
    try:
        yield letters
    finally:
        controller.stop()


def certificate_in(folder: Path) -> Path:
    """A certificate of this machine with its key, made for a test; nobody trusts it unless told to."""
    made = folder / "mail.pem"
    asked = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    asked += ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run(["openssl", *asked, "-keyout", folder / "key.pem", "-out", folder / "crt.pem"], check=True, capture_output=True)
    made.write_text((folder / "key.pem").read_text() + (folder / "crt.pem").read_text())
    return made


@contextmanager
def redis_server(folder: Path, password: str = "a word of Redis") -> Iterator[str]:
    """A Redis that keeps nothing, on this machine alone; its address, with the password in it."""
    port = free_port()
    asked = ["--bind", "127.0.0.1", "--port", str(port), "--requirepass", password, "--save", "", "--appendonly", "no", "--dir", folder]
    with (folder / "redis.log").open("ab") as log:
        process = subprocess.Popen(["redis-server", *asked], stdout=log, stderr=log)
    try:
        _answers(port, process, folder / "redis.log")
        yield f"redis://:{quote(password)}@127.0.0.1:{port}/3"
    finally:
        process.terminate()
        process.wait(30)


def _answers(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until something listens at a port."""
    end = time.monotonic() + 30
    while True:
        assert process.poll() is None and time.monotonic() < end, log.read_text()
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.02)


class Chat:
    """What the robots of a chat were told: path with query, and text; `answers` is what they say."""

    def __init__(self) -> None:
        self.came: list[tuple[str, str]] = []
        self.answer: dict[str, Any] = {"errcode": 0, "errmsg": "ok"}
        self.status = 200
        self.address = ""


@contextmanager
def chat() -> Iterator[Chat]:
    """A chat that takes what robots are told."""
    heard = Chat()

    class Ear(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            heard.came.append((self.path, body["text"]["content"]))
            self.send_response(heard.status)
            if heard.status in (301, 302, 307):
                self.send_header("Location", f"{heard.address}/elsewhere")
            self.end_headers()
            self.wfile.write(json.dumps(heard.answer).encode())

        def log_message(self, *_said: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Ear)
    heard.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield heard
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
