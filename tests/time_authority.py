"""An authority that gives trusted times over HTTP, on this machine alone, and one that may be put into a bad mood."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import tsp
from certomancer.integrations.animator import Animator, AnimatorArchStore
from certomancer.registry import CertLabel, CertomancerConfig
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import Certificate, load_der_x509_certificate
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.test import Client
from werkzeug.wrappers import Request, Response

from services.sealing.stamping import TimeAuthority
from tests.browser.house import free_port

NAMES = ("root", "tsa")


@dataclass
class Times:
    """The authority: its address, its root, and how it answers; `asked` counts the questions."""

    address: str
    root: Certificate
    mood: str = "honest"
    asked: int = 0
    release: threading.Event = field(default_factory=threading.Event)

    @property
    def named(self) -> TimeAuthority:
        """As the house knows it."""
        return TimeAuthority(self.address, (self.root,), patience=10)


def answered(honest: Callable[[bytes], Response], times: Times, question: bytes) -> Response:
    """What the authority answers in its mood."""
    kind = "application/timestamp-reply"
    match times.mood:
        case "refusing":
            return Response("no", status=503)
        case "slow":
            times.release.wait(5)
            return Response(b"", content_type=kind)
        case "rubbish":
            return Response(b"\x30\x03rubbish" * 40, content_type=kind)
        case "endless":
            return Response(iter([b"\x30" * 65536] * 64), content_type=kind)
        case "declining":
            return Response(bytes.fromhex("30053003020102"), content_type=kind)
    asked = tsp.TimeStampReq.load(question)
    if times.mood == "another question":
        asked["nonce"] = 7
    if times.mood == "another file":
        asked["message_imprint"]["hashed_message"] = bytes(32)
    return honest(asked.dump(force=True))


@pytest.fixture(scope="session")
def time_authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Times]:
    """An authority that answers honestly until a test changes its mood."""
    with served(tmp_path_factory.mktemp("authority")) as times:
        yield times


@contextmanager
def served(folder: Path) -> Iterator[Times]:
    """An authority with keys of its own, as long as the block lasts."""
    port = free_port()
    made = _made(folder, f"http://127.0.0.1:{port}")
    root = load_der_x509_certificate(made.get_cert(CertLabel("root")).dump())
    times = Times(f"http://127.0.0.1:{port}/times/tsa/tsa", root)
    animator = Animator(AnimatorArchStore({"times": made}), with_web_ui=False)  # type: ignore[dict-item]
    inside = Client(animator)

    @Request.application
    def desk(request: Request) -> Response:
        if request.method != "POST":
            if times.mood == "hiding its lists":
                times.release.wait(5)
            return inside.open(request.full_path)
        times.asked += 1
        path = request.path
        return answered(lambda question: inside.post(path, data=question, content_type="application/timestamp-query"), times, request.data)

    server = make_server("127.0.0.1", port, desk, threaded=True, request_handler=_Silent)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield times
    finally:
        times.release.set()
        server.shutdown()
        server.server_close()
        thread.join()


class _Silent(WSGIRequestHandler):
    def log(self, *_said: Any) -> None:
        pass


def _made(folder: Path, address: str) -> Any:
    for name in NAMES:
        key = ec.generate_private_key(ec.SECP256R1())
        pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        (folder / f"{name}.pem").write_bytes(pem)
    year = time.gmtime().tm_year
    validity = {"valid-from": f"{year - 1}-01-01T00:00:00+0000", "valid-to": f"{year + 5}-01-01T00:00:00+0000"}
    root = [
        {"id": "basic_constraints", "critical": True, "value": {"ca": True}},
        {"id": "key_usage", "critical": True, "smart-value": {"schema": "key-usage", "params": ["key_cert_sign", "crl_sign"]}},
    ]
    tsa = [
        {"id": "key_usage", "critical": True, "smart-value": {"schema": "key-usage", "params": ["digital_signature"]}},
        {"id": "extended_key_usage", "critical": True, "value": ["time_stamping"]},
        {"id": "crl_distribution_points", "smart-value": {"schema": "crl-dist-url", "params": {"crl-repo-names": ["root"]}}},
    ]
    return CertomancerConfig(
        {
            "external-url-prefix": address,
            "keysets": {"times": {"path-prefix": str(folder), "keys": {name: {"path": f"{name}.pem"} for name in NAMES}}},
            "pki-architectures": {
                "times": {
                    "keyset": "times",
                    "entities": {name: {"country-name": "CN", "common-name": f"Trusted times {name}"} for name in NAMES},
                    "certs": {
                        "root": {"subject": "root", "issuer": "root", "validity": validity, "extensions": root},
                        "tsa": {"subject": "tsa", "issuer": "root", "validity": validity, "extensions": tsa},
                    },
                    "services": {
                        "time-stamping": {"tsa": {"signing-cert": "tsa"}},
                        "crl-repo": {"root": {"for-issuer": "root", "signing-key": "root", "simulated-update-schedule": "P30D"}},
                    },
                }
            },
        },
        key_search_dir=str(folder.parent),
    ).get_pki_arch("times")  # type: ignore[arg-type]
