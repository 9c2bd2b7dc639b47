"""The keys that the house makes for itself: a root for fifteen years and under it a seal for three, in the instance folder.

    keys/own/root.pem    the root's key and certificate
    keys/own/seal.pem    the seal's
    keys/known/*.pem     every certificate that ever sealed, with those who vouch for it: old papers are known by them

Folders are 0700 and files 0600. A file takes its name when it is whole, and the first keys take theirs together.
"""

from __future__ import annotations

import os
import secrets
import shutil
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import NameOID

from models.core.message import Message, _
from services.sealing.seal import Unsealed

ROOT, LEAF = timedelta(days=15 * 365), timedelta(days=3 * 365)
EARLY = timedelta(minutes=10)  # other clocks may be behind
NAME = "系统防篡改签章 Tamper-evident system seal"
LONGEST = 64  # characters of a name in a certificate
OPEN_TO_OTHERS = stat.S_IRWXG | stat.S_IRWXO

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@dataclass(frozen=True, slots=True)
class HeldKey:
    """A seal whose key this process holds in its memory."""

    key: PrivateKey
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]

    @property
    def algorithm(self) -> str:
        """As CMS names it."""
        return "sha256_ecdsa" if isinstance(self.key, ec.EllipticCurvePrivateKey) else "sha256_rsa"

    def sign(self, data: bytes) -> bytes:
        """The signature over `data`."""
        if isinstance(self.key, ec.EllipticCurvePrivateKey):
            return self.key.sign(data, ec.ECDSA(hashes.SHA256()))
        return self.key.sign(data, padding.PKCS1v15(), hashes.SHA256())


# Files that nobody else may read -------------------------------------------------------------


def closed(path: Path) -> None:
    """Raises `Unsealed` when others on the machine may look into a file or folder, or there is none."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        raise Unsealed(_("“{path}” is missing. Put it back from a copy.", path=str(path))) from None
    except OSError as trouble:
        raise Unsealed(_("“{path}” cannot be read: {why}", path=str(path), why=trouble.strerror or str(trouble))) from None
    if mode & OPEN_TO_OTHERS:
        raise Unsealed(_("Others on this machine may read “{path}”, so nothing is sealed. Close it: chmod go= {path}", path=str(path)))


def guarded(path: Path) -> bytes:
    """What a private file holds. Raises `Unsealed` when it is missing, cannot be read, or others may read it too."""
    closed(path)
    try:
        return path.read_bytes()
    except OSError as trouble:
        raise Unsealed(_("“{path}” cannot be read: {why}", path=str(path), why=trouble.strerror or str(trouble))) from None


def write_guarded(path: Path, content: bytes) -> None:
    """Write a private file, which takes its name when it is whole. Raises `OSError`."""
    partial = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


@contextmanager
def _kept(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as trouble:
        why = trouble.strerror or str(trouble)
        raise Unsealed(_("The keys of the seal cannot be kept in “{path}”: {why}", path=str(folder), why=why)) from None


def fingerprint(certificate: x509.Certificate) -> str:
    """The SHA-256 of a certificate, in hex."""
    return certificate.fingerprint(hashes.SHA256()).hex()


# The keys of the house ------------------------------------------------------------------------


def held(folder: Path, passphrase: bytes, name: str, at: datetime) -> HeldKey:
    """The seal of the house, made when there is none yet. Raises `Unsealed`."""
    own = folder / "own"
    if not own.exists():
        if any((folder / "known").glob("own-*.pem")):
            cure = _("The folder “{path}” is missing: put it back from a copy, or make a new seal with: flask seal renew", path=str(own))
            raise Unsealed(cure)
        with _kept(folder):
            _make_first(folder, passphrase, name, at)
    closed(folder)
    closed(own)
    return _unlocked(own / "seal.pem", guarded(own / "seal.pem"), passphrase)


def _make_first(folder: Path, passphrase: bytes, name: str, at: datetime) -> None:
    """Make root and seal in a folder of their own, which then takes its name; whoever comes second takes what is there."""
    folder.mkdir(mode=0o700, exist_ok=True)
    partial = folder / f".own.{secrets.token_hex(4)}.part"
    partial.mkdir(mode=0o700)
    try:
        root = _make_root(name, at)
        write_guarded(partial / "root.pem", _bundled(root, passphrase))
        write_guarded(partial / "seal.pem", _bundled(_make_leaf(root, name, at), passphrase))
        try:
            partial.rename(folder / "own")
        except OSError:
            if not (folder / "own" / "seal.pem").exists():
                raise
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def root(folder: Path) -> x509.Certificate:
    """The certificate of the root. Raises `Unsealed`."""
    path = folder / "own" / "root.pem"
    try:
        return x509.load_pem_x509_certificates(guarded(path))[0]
    except ValueError:
        raise Unsealed(_("“{path}” is damaged. Put it back from a copy.", path=str(path))) from None


def renew(folder: Path, passphrase: bytes, name: str, at: datetime) -> tuple[HeldKey, bool]:
    """A new seal under the root, or under a new root when that ends before it would; says whether the root is new.

    The old certificate stays among those known, and the old key is gone. Raises `Unsealed`.
    """
    own = folder / "own"
    with _kept(folder):
        for each in (folder, own):
            each.mkdir(mode=0o700, exist_ok=True)
        kept = own / "root.pem"
        root = _unlocked(kept, guarded(kept), passphrase) if kept.exists() else None
        anew = root is None or root.certificate.not_valid_after_utc < at + LEAF
        if root is None or anew:
            root = _make_root(name, at)
        leaf = _make_leaf(root, name, at)
        remember(folder, "own", leaf.certificate, leaf.chain)
        write_guarded(kept, _bundled(root, passphrase))
        write_guarded(own / "seal.pem", _bundled(leaf, passphrase))
    return leaf, anew


def _make_root(name: str, at: datetime) -> HeldKey:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = _named(name, "root")
    usage = {"key_cert_sign": True, "crl_sign": True}
    made = _certificate(subject, key, at, at + ROOT, usage).issuer_name(subject)
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    return HeldKey(key, made.sign(key, hashes.SHA256()), ())


def _make_leaf(root: HeldKey, name: str, at: datetime) -> HeldKey:
    key = ec.generate_private_key(ec.SECP256R1())
    until = min(at + LEAF, root.certificate.not_valid_after_utc)
    usage = {"digital_signature": True, "content_commitment": True}
    made = _certificate(_named(name), key, at, until, usage).issuer_name(root.certificate.subject)
    made = made.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    above = root.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    made = made.add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(above), critical=False)
    return HeldKey(key, made.sign(root.key, hashes.SHA256()), (root.certificate,))


def _certificate(
    subject: x509.Name, key: ec.EllipticCurvePrivateKey, at: datetime, until: datetime, usage: dict[str, bool]
) -> x509.CertificateBuilder:
    names = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign")
    bits = dict.fromkeys((*names, "crl_sign", "encipher_only", "decipher_only"), False) | usage
    made = x509.CertificateBuilder().subject_name(subject).public_key(key.public_key()).serial_number(x509.random_serial_number())
    made = made.not_valid_before(at.astimezone(UTC) - EARLY).not_valid_after(until.astimezone(UTC))
    made = made.add_extension(x509.KeyUsage(**bits), critical=True)
    return made.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)


def _named(name: str, what: str = "") -> x509.Name:
    common = x509.NameAttribute(NameOID.COMMON_NAME, f"{NAME} {what}".strip())
    return x509.Name([*([x509.NameAttribute(NameOID.ORGANIZATION_NAME, name[:LONGEST])] if name else []), common])


# Keys and certificates as files ---------------------------------------------------------------


def _bundled(held: HeldKey, passphrase: bytes) -> bytes:
    locked = serialization.BestAvailableEncryption(passphrase) if passphrase else serialization.NoEncryption()
    key = held.key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, locked)
    return key + bundle(held.certificate, held.chain)


def bundle(certificate: x509.Certificate, chain: Sequence[x509.Certificate]) -> bytes:
    """A certificate and those who vouch for it, as PEM."""
    return b"".join(each.public_bytes(serialization.Encoding.PEM) for each in (certificate, *chain))


@lru_cache(maxsize=8)
def _unlocked(path: Path, content: bytes, passphrase: bytes) -> HeldKey:
    """The key and certificates of a file. Raises `Unsealed` when the passphrase is wrong or the file is no such thing."""
    locked = b"ENCRYPTED" in content.partition(b"\n")[0]
    if locked and not passphrase:
        cure = _("The key “{path}” is locked, and no passphrase is given: set TAIZHANG_SEAL_PASSPHRASE_FILE.", path=str(path))
        raise Unsealed(cure)
    try:
        key = serialization.load_pem_private_key(content, passphrase if locked else None)
        certificate, *chain = x509.load_pem_x509_certificates(content)
    except ValueError:
        if locked:
            raise Unsealed(_("The passphrase does not open the key “{path}”, or the file is damaged.", path=str(path))) from None
        raise Unsealed(_("“{path}” is damaged. Put it back from a copy.", path=str(path))) from None
    return matched(path, key, certificate, tuple(chain))


def matched(path: Path, key: object, certificate: x509.Certificate, chain: tuple[x509.Certificate, ...]) -> HeldKey:
    """A key with its certificate. Raises `Unsealed` when they do not belong together, or the key is of another kind."""
    if not isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        raise Unsealed(_("The key in “{path}” is neither an elliptic curve of NIST nor RSA. SM2 is not supported.", path=str(path)))
    if key.public_key() != certificate.public_key():
        raise Unsealed(_("The certificate in “{path}” is of another key.", path=str(path)))
    return HeldKey(key, certificate, chain)


def remember(folder: Path, kind: str, certificate: x509.Certificate, chain: Sequence[x509.Certificate]) -> None:
    """Keep a certificate among those that papers are known by. Raises `Unsealed` when that cannot be kept."""
    known = folder / "known"
    path = known / f"{kind}-{fingerprint(certificate)}.pem"
    if path.exists():
        return
    with _kept(folder):
        for each in (folder, known):
            each.mkdir(mode=0o700, exist_ok=True)
        write_guarded(path, bundle(certificate, chain))


def remembered(folder: Path) -> Iterator[tuple[Path, list[x509.Certificate] | Message]]:
    """Each certificate that ever sealed, before those who vouch for it, by its file; or why it cannot be read."""
    for path in sorted((folder / "known").glob("*.pem")):
        try:
            yield path, x509.load_pem_x509_certificates(path.read_bytes())
        except (OSError, ValueError) as trouble:
            yield path, _("“{path}” cannot be read: {why}", path=str(path), why=str(trouble))
