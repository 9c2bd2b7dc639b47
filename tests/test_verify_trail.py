"""The script that checks an exported trail elsewhere, with nothing but Python: what it finds whole, and what it names."""

from __future__ import annotations

import ast
import contextlib
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import NameOID
from flask import Flask
from sqlalchemy import Engine

from models.core.audit import GENESIS, link_hash
from services.evidence import trail_file, verify_trail
from services.evidence.verify_trail import Bad, Certificate
from services.settings import Settings
from tests.office import Office
from tests.witnessed import KEPT, checks

SCRIPT = Path(verify_trail.__file__)


# The trail for an outsider -----------------------------------------------------------------


@pytest.fixture
def exported(office: Office, engine: Engine, witnessed: Path, tmp_path: Path) -> Path:
    """An export of the trail."""
    path = tmp_path / "trail.zip"
    with path.open("wb") as file, engine.connect() as connection:
        trail_file.export(connection, office.app.config["SETTINGS"], file)
    return path


def run(path: Path, *words: str) -> tuple[int, str]:
    """What the script says, in a Python that has nothing but itself."""
    command = [sys.executable, "-I", "-S", str(SCRIPT), str(path), "--lang", "en", *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=path.parent)
    return done.returncode, done.stdout + done.stderr


def tampered(path: Path, change: Callable[[str, bytes], bytes | None]) -> Path:
    """The export with what `change` makes of its files."""
    out = path.with_name("tampered.zip")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = change(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
    return out


def lines_changed(change: Callable[[list[bytes]], list[bytes]]) -> Callable[[str, bytes], bytes]:
    """A change of the lines of the trail; the first is that of entry 1."""

    def do(name: str, content: bytes) -> bytes:
        if name != verify_trail.TRAIL:
            return content
        head, *lines = content.splitlines(keepends=True)
        return b"".join([head, *change(lines)])

    return do


def rehashed(lines: list[bytes]) -> list[bytes]:
    """The second entry says something else, and everything after it is computed anew."""
    prev, found = GENESIS, []
    for line in lines:
        seq, _hash, payload = line.rstrip(b"\n").split(b" ", 2)
        payload = payload.replace(b'"v":1', b'"v":2') if seq == b"2" else payload
        prev = link_hash(prev, int(seq), payload)
        found.append(b"%s %s %s\n" % (seq, prev.hex().encode(), payload))
    return found


@pytest.mark.one_database
def test_the_script_finds_an_untouched_export_whole_and_names_the_house(exported: Path, office: Office) -> None:
    status, said = run(exported)
    assert status == 0, said
    assert (
        verify_trail.Certificate(verify_trail.from_pem(trail_file.root_pem(office.app.config["SETTINGS"]).decode())[0]).fingerprint in said
    )


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda lines: [*lines[:2], lines[2].replace(b'"v":1', b'"v":2'), *lines[3:]], "entry 3 was altered"),
        (lambda lines: [*lines[:2], *lines[3:]], "entry 3 is missing"),
        (lambda lines: [*lines[:2], lines[1].replace(b"2 ", b"3 ", 1), *lines[2:]], "entry 3 was altered"),
        (lambda lines: lines[:-1], "tail was cut off"),
        (rehashed, "differing in entries 1 to"),
        (lambda lines: [], "tail was cut off"),
    ],
    ids=["altered", "removed", "put in between", "tail cut", "rehashed", "emptied"],
)
def test_the_script_names_the_first_bad_entry(exported: Path, change: Any, said: str) -> None:
    status, found = run(tampered(exported, lines_changed(change)))
    assert status == 1 and said in found, found


@pytest.mark.one_database
def test_the_script_refuses_altered_missing_and_foreign_checkpoints(exported: Path, stranger: Settings, tmp_path: Path) -> None:
    first = "checkpoints/checkpoint-00000001.json"
    status, said = run(tampered(exported, lambda name, content: None if name == first else content))
    assert status == 1 and "checkpoint 1 is missing" in said
    status, said = run(tampered(exported, lambda name, content: content.replace(b"size", b"Size") if name == first else content))
    assert status == 1 and "checkpoint-00000001.json was altered" in said
    status, said = run(tampered(exported, lambda name, content: content if "checkpoint" not in name else None))
    assert status == 1 and "no checkpoint" in said
    root = tmp_path / "root.pem"
    root.write_bytes(trail_file.root_pem(stranger))
    status, said = run(exported, "--root", str(root))
    assert status == 1 and "another house" in said
    (tmp_path / "nothing.zip").write_bytes(b"nothing")
    assert run(tmp_path / "nothing.zip")[0] == 1


@pytest.mark.one_database
def test_a_part_of_the_trail_shows_what_it_may_and_leads_to_the_same_roots(
    office: Office, engine: Engine, witnessed: Path, tmp_path: Path
) -> None:
    known = checks(witnessed)
    settings, out = office.app.config["SETTINGS"], tmp_path / "part.zip"
    first = known[0].size + 2
    with zipfile.ZipFile(out, "w") as pack, engine.connect() as connection:
        lines = io.BytesIO()
        trail_file.write(connection, lines, known, first, known[-1].size, shown=lambda row: row.kind == "created")
        pack.writestr(verify_trail.ROOT, trail_file.root_pem(settings))
        for name, content in trail_file.witnesses(settings):
            pack.writestr(name, content)
        pack.writestr(verify_trail.TRAIL, lines.getvalue())
    status, said = run(out)
    assert status == 0 and f"entries {first} to {known[-1].size}" in said and "digest alone" in said, said
    assert b'"kind":"created"' in lines.getvalue() and b'"kind":"checkpointed"' not in lines.getvalue()
    hidden = lines_changed(
        lambda lines: [line.replace(b"sha256:", b"sha256:0")[:-2] + b"\n" if b"sha256:" in line else line for line in lines]
    )
    assert run(tampered(out, hidden))[0] == 1


# The arithmetic of the script --------------------------------------------------------------


def certificate(key: Any, signer: Any, subject: str, issuer: str) -> bytes:
    """A certificate, as DER."""
    from cryptography.hazmat.primitives.serialization import Encoding

    named = [x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, each)]) for each in (subject, issuer)]
    made = x509.CertificateBuilder().subject_name(named[0]).issuer_name(named[1]).public_key(key.public_key())
    made = made.serial_number(7).not_valid_before(datetime(2026, 1, 1, tzinfo=UTC)).not_valid_after(datetime(2061, 1, 1, tzinfo=UTC))
    return made.sign(signer, hashes.SHA256()).public_bytes(Encoding.DER)


@pytest.fixture(scope="module")
def keys() -> list[Any]:
    """An elliptic key and an RSA key."""
    return [ec.generate_private_key(ec.SECP256R1()), rsa.generate_private_key(65537, 2048)]


def sign(key: Any, data: bytes) -> bytes:
    """A signature by the library whose arithmetic is not ours."""
    return (
        key.sign(data, padding.PKCS1v15(), hashes.SHA256())
        if isinstance(key, rsa.RSAPrivateKey)
        else key.sign(data, ec.ECDSA(hashes.SHA256()))
    )


@pytest.mark.parametrize("place", [0, 1], ids=["P-256", "RSA"])
def test_the_script_agrees_with_a_library_on_signatures(keys: list[Any], place: int) -> None:
    key = keys[place]
    own = Certificate(certificate(key, keys[0], "leaf", "root"))
    root = Certificate(certificate(keys[0], keys[0], "root", "root"))
    assert root.vouches_for(own) and root.vouches_for(root) and not own.vouches_for(root)
    for count in range(8):
        data = b"x" * count
        signature = sign(key, data)
        assert own.signed_it(data, signature)
        assert not own.signed_it(data + b"y", signature)
        flipped = bytearray(signature)
        flipped[-1] ^= 1
        with contextlib.suppress(ValueError, IndexError):
            assert not own.signed_it(data, bytes(flipped))
    assert (own.since, own.until) == ("20260101000000Z", "20610101000000Z")


def test_a_key_of_a_kind_that_the_script_does_not_know_is_said_to_be_one() -> None:
    key = ec.generate_private_key(ec.SECP384R1())
    own = Certificate(certificate(key, key, "root", "root"))
    with pytest.raises(Bad, match="this kind of key"):
        own.signed_it(b"", sign(key, b""))


@pytest.mark.parametrize("point", ["zero", "off the curve"])
def test_a_signature_of_nothing_is_no_signature(keys: list[Any], point: str) -> None:
    own = Certificate(certificate(keys[0], keys[0], "root", "root"))
    nothing = bytes.fromhex("3006020100020100")
    assert not own.signed_it(b"", nothing)
    own.key = b"\x04" + bytes(64) if point == "zero" else own.key[:-1] + bytes([own.key[-1] ^ 1])
    assert not own.signed_it(b"", sign(keys[0], b""))


def test_the_application_is_not_needed_by_the_script() -> None:
    tree = ast.parse(SCRIPT.read_text(encoding="utf-8"))
    modules = {each.module or "" for each in ast.walk(tree) if isinstance(each, ast.ImportFrom)}
    modules |= {alias.name for each in ast.walk(tree) if isinstance(each, ast.Import) for alias in each.names}
    assert {each.partition(".")[0] for each in modules} <= set(sys.stdlib_module_names)


def test_the_commands_keep_a_checkpoint_and_export_the_trail(app: Flask, office: Office, witnessed: Path, tmp_path: Path) -> None:
    runner = app.test_cli_runner()
    made = json.loads(runner.invoke(args=["audit", "checkpoint", "--json"]).stdout)
    assert made["number"] == KEPT + 1
    out = tmp_path / "out.zip"
    done = runner.invoke(args=["audit", "export", "--out", str(out)])
    assert done.exit_code == 0, done.stderr
    status, said = run(out)
    assert status == 0 and f"{KEPT + 2} checkpoints" in said, said
    checked = json.loads(runner.invoke(args=["audit", "verify", "--json"]).stdout)
    assert checked["whole"] and checked["checkpoints"] == KEPT + 2
