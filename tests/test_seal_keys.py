"""The keys of the seal: how they are made, who may read them, and what is said when one is missing, locked, ended or lent."""

from __future__ import annotations

import multiprocessing
import resource
import signal
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

from services.papers.printing import print_form
from services.sealing import tokens
from services.sealing.checking import Word, check
from services.sealing.keys import HeldKey, _certificate, _make_root, fingerprint
from services.sealing.opening import opened, ours, renewed, root, standing
from services.sealing.seal import WARNED, Unsealed
from services.sealing.signing import sealed
from services.sealing.tokens import from_token
from tests.papers import form
from tests.seals import AT, Sealer, both, sealer, settings

if TYPE_CHECKING:
    from tests.soft_token import Token

pytest_plugins = ("tests.soft_token",)

PASSPHRASE = "correct horse battery staple"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Sealer:
    """A house with a seal."""
    return sealer(tmp_path_factory.mktemp("house"))


@pytest.fixture(scope="module")
def paper() -> bytes:
    """A form that is not sealed."""
    return print_form(form(), "zh")


@pytest.fixture(scope="module")
def licensed() -> HeldKey:
    """The root of an authority."""
    return _make_root("许可机构", AT)


def refused(settings_: Any, at: datetime = AT) -> str:
    """Why the seal does not open, in English; said in Chinese too."""
    with pytest.raises(Unsealed) as caught:
        opened(settings_, at)
    return both(caught.value.message)


def mode(path: Path) -> int:
    """The rights of a file."""
    return stat.S_IMODE(path.stat().st_mode)


# The keys of the house -------------------------------------------------------------------


def test_the_first_start_makes_a_root_for_fifteen_years_and_a_seal_for_three_that_nobody_else_reads(tmp_path: Path) -> None:
    made = sealer(tmp_path, SEAL_NAME="锦绣花园物业服务中心")
    leaf, top = made.seal.certificate, made.seal.chain[-1]
    assert (leaf.not_valid_after_utc - AT, top.not_valid_after_utc - AT) == (timedelta(days=3 * 365), timedelta(days=15 * 365))
    leaf.verify_directly_issued_by(top)
    assert isinstance(leaf.public_key(), ec.EllipticCurvePublicKey) and made.seal.algorithm == "sha256_ecdsa"
    assert "锦绣花园物业服务中心" in leaf.subject.rfc4514_string() and "系统防篡改签章" in leaf.subject.rfc4514_string()
    kept = [path for path in made.settings.keys.rglob("*")]
    assert {mode(path) for path in kept if path.is_file()} == {0o600}
    assert {mode(path) for path in (made.settings.keys, *filter(Path.is_dir, kept))} == {0o700}
    assert not [path for path in kept if path.name.endswith(".part")]


def test_the_seal_stays_the_same_from_start_to_start(house: Sealer) -> None:
    assert opened(house.settings, AT + timedelta(days=1)).certificate == house.seal.certificate


def test_several_processes_that_start_at_once_agree_on_one_key(tmp_path: Path) -> None:
    given, fork = settings(tmp_path), multiprocessing.get_context("fork")
    together, told = fork.Barrier(4), fork.SimpleQueue()

    def start() -> None:
        together.wait(30)
        told.put(fingerprint(opened(given, AT).certificate))

    started = [fork.Process(target=start) for _ in range(4)]
    for each in started:
        each.start()
    for each in started:
        each.join(60)
    assert {told.get() for _ in started} == {fingerprint(opened(given, AT).certificate)}
    assert {path.name for path in (tmp_path / "keys").iterdir()} == {"own", "known"}


@pytest.mark.parametrize("place", ["keys", "keys/own", "keys/own/seal.pem"])
@pytest.mark.parametrize("right", [stat.S_IRGRP, stat.S_IXOTH])
def test_a_key_that_others_might_read_is_not_loaded(tmp_path: Path, place: str, right: int) -> None:
    made = sealer(tmp_path)
    path = tmp_path / place
    path.chmod(mode(path) | right)
    told = refused(made.settings)
    assert str(path.name) in told and "chmod go=" in told
    path.chmod(mode(path) & ~0o077)
    assert opened(made.settings, AT)


def test_a_key_that_is_missing_is_not_quietly_replaced(tmp_path: Path) -> None:
    made = sealer(tmp_path)
    (made.settings.keys / "own" / "seal.pem").unlink()
    assert "is missing" in refused(made.settings)
    for path in (made.settings.keys / "own").iterdir():
        path.unlink()
    (made.settings.keys / "own").rmdir()
    assert "flask seal renew" in refused(made.settings)
    fresh, anew = renewed(made.settings, AT)
    assert anew and opened(made.settings, AT).certificate == fresh.certificate != made.seal.certificate


def test_a_damaged_key_and_one_of_another_certificate_are_told(tmp_path: Path) -> None:
    made = sealer(tmp_path / "one")
    other = sealer(tmp_path / "two")
    path = made.settings.keys / "own" / "seal.pem"
    good, others = path.read_bytes(), (other.settings.keys / "own" / "seal.pem").read_bytes()
    cut = good.index(b"-----BEGIN CERTIFICATE")
    path.write_bytes(good[:cut] + others[others.index(b"-----BEGIN CERTIFICATE") :])
    assert "another key" in refused(made.settings)
    path.write_bytes(good[: cut // 2])
    assert "damaged" in refused(made.settings)


def test_the_passphrase_locks_the_key_and_a_wrong_one_does_not_open_it(tmp_path: Path) -> None:
    made = sealer(tmp_path, SEAL_PASSPHRASE=PASSPHRASE)
    assert b"ENCRYPTED" in (made.settings.keys / "own" / "seal.pem").read_bytes()
    assert b"ENCRYPTED" in (made.settings.keys / "own" / "root.pem").read_bytes()
    assert "does not open" in refused(settings(tmp_path, SEAL_PASSPHRASE="guess"))
    assert "no passphrase is given" in refused(settings(tmp_path))
    assert PASSPHRASE not in repr(made.settings) + str(made.settings.model_dump())
    for path in filter(Path.is_file, tmp_path.rglob("*")):
        assert PASSPHRASE.encode() not in path.read_bytes()


def test_the_passphrase_may_stand_in_a_file_that_nobody_else_reads_outside_of_the_instance(tmp_path: Path) -> None:
    secret, instance = tmp_path / "secret", tmp_path / "instance"
    secret.write_text(PASSPHRASE + "\n")
    secret.chmod(0o644)
    given = settings(instance, SEAL_PASSPHRASE_FILE=secret)
    assert "chmod go=" in refused(given)
    secret.chmod(0o400)
    assert opened(given, AT).certificate == opened(settings(instance, SEAL_PASSPHRASE=PASSPHRASE), AT).certificate
    assert "is missing" in refused(settings(instance, SEAL_PASSPHRASE_FILE=tmp_path / "nothing"))
    inside = instance / "secret"
    inside.write_text(PASSPHRASE)
    inside.chmod(0o600)
    assert "every copy" in refused(settings(instance, SEAL_PASSPHRASE_FILE=inside))


def test_a_certificate_that_has_ended_or_not_begun_seals_nothing(house: Sealer) -> None:
    assert "ended on" in refused(house.settings, AT + timedelta(days=3 * 365 + 1))
    assert "clock of this machine" in refused(house.settings, AT - timedelta(days=1))


def test_sixty_days_before_the_end_it_is_said(house: Sealer) -> None:
    end = house.seal.certificate.not_valid_after_utc
    early, late = standing(house.settings, end - timedelta(days=WARNED + 1)), standing(house.settings, end - timedelta(days=WARNED - 1))
    assert "ends in" not in early.warning.say("en") and not early.trouble
    assert "ends in 59 days" in both(late.warning) and "flask seal renew" in late.warning.say("en") and not late.trouble
    assert "ended on" in both(standing(house.settings, end + timedelta(days=1)).trouble)


def test_looking_at_the_seal_makes_no_key(tmp_path: Path) -> None:
    found = standing(settings(tmp_path), AT)
    assert not found.trouble and "no key yet" in both(found.warning) and not (tmp_path / "keys").exists()


def test_a_new_seal_leaves_the_papers_of_the_old_one_known(tmp_path: Path, paper: bytes) -> None:
    made = sealer(tmp_path)
    old = sealed(paper, made.seal, AT)
    later = AT + timedelta(days=3 * 365 - 10)
    fresh, anew = renewed(made.settings, later)
    assert not anew and fresh.chain == made.seal.chain and opened(made.settings, later).certificate == fresh.certificate
    new = sealed(paper, fresh, later)
    for each in (old, new):
        assert check(each.pdf, ours=ours(made.settings), at=later + timedelta(days=900)).word == Word.IDENTICAL
    assert {old.fingerprint, new.fingerprint} == {fingerprint(each) for each in ours(made.settings).seals}


def test_a_root_that_would_end_before_the_new_seal_is_renewed_with_it(tmp_path: Path) -> None:
    made = sealer(tmp_path)
    fresh, anew = renewed(made.settings, AT + timedelta(days=13 * 365))
    assert anew and fresh.chain[-1] == root(made.settings, AT) != made.seal.chain[-1]
    assert len(ours(made.settings).chains) == 2


def test_a_passphrase_given_later_locks_the_keys_when_they_are_renewed(tmp_path: Path) -> None:
    made = sealer(tmp_path)
    assert "unlocked" in both(standing(made.settings, AT).warning)
    given = settings(tmp_path, SEAL_PASSPHRASE=PASSPHRASE)
    renewed(given, AT)
    assert opened(given, AT) and "does not open" in refused(settings(tmp_path, SEAL_PASSPHRASE="guess"))
    assert not standing(given, AT).warning


@contextmanager
def no_room() -> Iterator[None]:
    """A disk on which no file can grow."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)


def test_a_full_disk_makes_no_half_key(tmp_path: Path) -> None:
    given = settings(tmp_path)
    with no_room():
        assert "cannot be kept" in refused(given)
    assert not list((tmp_path / "keys").iterdir())
    made = opened(given, AT)
    with no_room(), pytest.raises(Unsealed):
        renewed(given, AT)
    assert opened(given, AT).certificate == made.certificate


# Keys that are lent ----------------------------------------------------------------------


def issued_by(top: HeldKey, key: Any) -> x509.Certificate:
    """A certificate of an authority for a key."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "锦绣花园物业服务中心")])
    usage = {"digital_signature": True, "content_commitment": True}
    made = _certificate(name, key, AT, AT + timedelta(days=365), usage).issuer_name(top.certificate.subject)
    return made.sign(top.key, hashes.SHA256())


def as_file(key: Any, folder: Path) -> Path:
    """The key as a file, for the tool that puts it on a token."""
    path = folder / "key.pem"
    path.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    return path


KEYS = {"an elliptic curve": lambda: ec.generate_private_key(ec.SECP256R1()), "RSA": lambda: rsa.generate_private_key(65537, 2048)}


@pytest.mark.parametrize("kind", KEYS)
def test_the_pkcs12_file_of_an_authority_seals_and_is_guarded_like_a_key(
    kind: str, tmp_path: Path, licensed: HeldKey, paper: bytes
) -> None:
    key = KEYS[kind]()
    mine = issued_by(licensed, key)
    packed = tmp_path / "seal.p12"
    locked = serialization.BestAvailableEncryption(PASSPHRASE.encode())
    packed.write_bytes(pkcs12.serialize_key_and_certificates(b"seal", key, mine, [licensed.certificate], locked))
    given = settings(tmp_path / "instance", SEAL_PKCS12=packed, SEAL_PASSPHRASE=PASSPHRASE)
    packed.chmod(0o640)
    assert "chmod go=" in refused(given)
    packed.chmod(0o600)
    seal = opened(given, AT)
    assert (seal.certificate, tuple(seal.chain)) == (mine, (licensed.certificate,))
    assert root(given, AT) == licensed.certificate and not (given.keys / "own").exists()
    done = sealed(paper, seal, AT)
    assert check(done.pdf, ours=ours(given), at=AT).word == Word.IDENTICAL
    assert "does not open" in refused(settings(tmp_path / "instance", SEAL_PKCS12=packed, SEAL_PASSPHRASE="guess"))
    assert "is missing" in refused(settings(tmp_path / "instance", SEAL_PKCS12=tmp_path / "gone.p12"))
    with pytest.raises(Unsealed, match="authority"):
        renewed(given, AT)


@pytest.mark.parametrize("kind", KEYS)
def test_a_token_signs_by_itself_and_keeps_its_key(kind: str, tmp_path: Path, licensed: HeldKey, paper: bytes, soft_token: Token) -> None:
    key, label = KEYS[kind](), f"seal {kind}"
    mine = issued_by(licensed, key)
    soft_token.put(as_file(key, tmp_path), label, mine, licensed.certificate)
    named = {"SEAL_PKCS11_MODULE": soft_token.module, "SEAL_PKCS11_TOKEN": soft_token.name, "SEAL_PKCS11_LABEL": label}
    given = settings(tmp_path, **named, SEAL_PKCS11_PIN=soft_token.pin)
    seal = opened(given, AT)
    assert seal.certificate == mine and seal.chain[-1] == licensed.certificate
    how = (padding.PKCS1v15(), hashes.SHA256()) if kind == "RSA" else (ec.ECDSA(hashes.SHA256()),)
    key.public_key().verify(seal.sign(b"paper"), b"paper", *how)
    done = sealed(paper, seal, AT)
    assert check(done.pdf, ours=ours(given), at=AT).word == Word.IDENTICAL
    assert "no single key" in refused(settings(tmp_path, **named | {"SEAL_PKCS11_LABEL": "other"}, SEAL_PKCS11_PIN=soft_token.pin))
    assert "plugged in" in refused(settings(tmp_path, **named | {"SEAL_PKCS11_TOKEN": "other"}, SEAL_PKCS11_PIN=soft_token.pin))


def test_a_wrong_pin_is_tried_once_only(tmp_path: Path, soft_token: Token, monkeypatch: pytest.MonkeyPatch) -> None:
    named = {"SEAL_PKCS11_MODULE": soft_token.module, "SEAL_PKCS11_TOKEN": soft_token.name, "SEAL_PKCS11_LABEL": "any"}
    given = settings(tmp_path, **named, SEAL_PKCS11_PIN="1111")
    assert "refuses the PIN" in refused(given)
    monkeypatch.setattr(tokens, "_library", lambda *_asked: pytest.fail("the token was asked again"))
    assert "refuses the PIN" in refused(given)


def test_a_process_that_was_forked_uses_the_token_anew(tmp_path: Path, licensed: HeldKey, soft_token: Token) -> None:
    key, fork = KEYS["an elliptic curve"](), multiprocessing.get_context("fork")
    soft_token.put(as_file(key, tmp_path), "forked", issued_by(licensed, key))
    seal = from_token(soft_token.module, soft_token.name, "forked", soft_token.pin)
    seal.sign(b"before")
    told = fork.SimpleQueue()
    child = fork.Process(target=lambda: told.put(seal.sign(b"child")))
    child.start()
    child.join(60)
    assert child.exitcode == 0
    key.public_key().verify(told.get(), b"child", ec.ECDSA(hashes.SHA256()))
    key.public_key().verify(seal.sign(b"after"), b"after", ec.ECDSA(hashes.SHA256()))


def test_a_token_and_a_file_at_once_are_one_too_many(tmp_path: Path) -> None:
    assert "Leave one" in refused(settings(tmp_path, SEAL_PKCS12=tmp_path / "a", SEAL_PKCS11_MODULE=tmp_path / "b"))
    assert "cannot be used" in refused(settings(tmp_path, SEAL_PKCS11_MODULE=tmp_path / "b", SEAL_PKCS11_TOKEN="x"))
