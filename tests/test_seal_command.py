"""`flask seal`: which key seals, its root for readers, and a new one in time."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from flask import Flask
from sqlalchemy import select

from models.core.audit import AuditEntry
from services.database import db
from services.sealing.opening import opened, ours
from services.sealing.seal import WARNED
from services.settings import Settings
from tests.conftest import Clock
from tests.seals import AT, settings

pytestmark = pytest.mark.one_database


@pytest.fixture
def given(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The settings of a house without a key."""
    alone = settings(tmp_path)
    monkeypatch.setitem(app.config, "SETTINGS", alone)
    return alone


@pytest.fixture
def seal(app: Flask, given: Settings, clock: Clock) -> Callable[..., Any]:
    """What `flask seal …` prints, when it ends as it should."""
    clock.put(AT)

    def run(*words: object, status: int = 0, lang: str = "en") -> Any:
        line = ["seal", *(str(word) for word in words)]
        done = app.test_cli_runner().invoke(args=line, env={"LC_ALL": lang})
        assert done.exit_code == status, (done.output, done.exception)
        return done

    return run


def test_status_tells_the_key_its_end_and_what_is_wrong_with_it(seal: Any, given: Settings, clock: Clock) -> None:
    assert "no key yet" in seal("status").stderr
    made = opened(given, AT)
    told = json.loads(seal("status", "--json").stdout)
    assert told["usable"] and told["kind"] == "own" and told["until"] == made.certificate.not_valid_after_utc.isoformat()
    assert told["fingerprint"] == made.certificate.fingerprint(hashes.SHA256()).hex() and "unlocked" in told["warning"]
    clock.put(made.certificate.not_valid_after_utc - timedelta(days=WARNED - 1))
    assert "59" in seal("status", lang="zh").stderr
    clock.put(made.certificate.not_valid_after_utc + timedelta(days=1))
    assert json.loads(seal("status", "--json", status=1).stdout)["trouble"]
    (given.keys / "own" / "seal.pem").chmod(0o644)
    assert "chmod go=" in seal("status", status=1).stderr


def test_the_root_is_given_out_with_the_way_to_import_it(seal: Any, given: Settings, tmp_path: Path) -> None:
    out = tmp_path / "root.pem"
    told = seal("root", "--out", out).stderr
    root = x509.load_pem_x509_certificate(out.read_bytes())
    assert root == opened(given, AT).chain[-1]
    assert root.fingerprint(hashes.SHA256()).hex() in told and "Acrobat" in told
    assert b"PRIVATE" not in out.read_bytes()
    assert "可信任证书" in seal("root", "--out", out, lang="zh").stderr
    assert "cannot be written" in seal("root", "--out", "/dev/null/root.pem", status=1).stderr


def test_renewing_makes_a_new_key_keeps_the_old_certificate_and_is_told_in_the_trail(app: Flask, seal: Any, given: Settings) -> None:
    old = opened(given, AT).certificate
    told = seal("renew").stderr
    new = opened(given, AT).certificate
    assert new != old and new.fingerprint(hashes.SHA256()).hex() in told and "Its root is new" not in told
    assert set(ours(given).seals) == {old, new}
    with app.app_context():
        last = db.session.execute(select(AuditEntry).order_by(AuditEntry.seq.desc()).limit(1)).scalar_one()
        assert last.kind == "seal_renewed" and new.fingerprint(hashes.SHA256()).hex() in bytes(last.payload).decode()
    (given.keys / "own" / "root.pem").chmod(0o640)
    assert "chmod go=" in seal("renew", status=1).stderr and opened(given, AT).certificate == new
