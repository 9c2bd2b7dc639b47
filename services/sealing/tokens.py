"""Keys that the house is lent: the PKCS#12 file of an authority, and a token that signs by itself (PKCS#11)."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12

from models.core.message import _
from services.sealing.keys import HeldKey, guarded, matched
from services.sealing.seal import Unsealed

# A token answers one question at a time, and locks itself after few wrong PINs: one that it refused is not tried again.
_ONE_AT_A_TIME = Lock()
_REFUSED: set[tuple[Path, str, str]] = set()


def from_pkcs12(path: Path, passphrase: bytes) -> HeldKey:
    """The seal in a PKCS#12 file, which others may not read. Raises `Unsealed`."""
    return _unpacked(path, guarded(path), passphrase)


@lru_cache(maxsize=4)
def _unpacked(path: Path, content: bytes, passphrase: bytes) -> HeldKey:
    try:
        key, certificate, others = pkcs12.load_key_and_certificates(content, passphrase or None)
    except ValueError:
        raise Unsealed(_("The passphrase does not open the key “{path}”, or the file is damaged.", path=str(path))) from None
    if key is None or certificate is None:
        raise Unsealed(_("“{path}” holds no key with its certificate.", path=str(path)))
    return matched(path, key, certificate, vouching(certificate, others))


def vouching(certificate: x509.Certificate, others: Iterable[x509.Certificate]) -> tuple[x509.Certificate, ...]:
    """Those of `others` who vouch for a certificate, its issuer first and the root last, as far as they are there."""
    chain: list[x509.Certificate] = []
    waiting, last = list(others), certificate
    while last.issuer != last.subject:
        found = next((each for each in waiting if each.subject == last.issuer), None)
        if found is None:
            break
        waiting.remove(found)
        chain.append(found)
        last = found
    return tuple(chain)


# A token --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TokenKey:
    """A seal whose key never leaves its token; the process asks the token for each signature."""

    module: Path
    token: str
    label: str
    pin: str
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]

    @property
    def algorithm(self) -> str:
        """As CMS names it."""
        return "sha256_ecdsa" if isinstance(self.certificate.public_key(), ec.EllipticCurvePublicKey) else "sha256_rsa"

    def sign(self, data: bytes) -> bytes:
        """The token's signature over `data`. Raises `Unsealed` when it does not answer."""
        from pkcs11 import Mechanism, ObjectClass
        from pkcs11.util.ec import encode_ecdsa_signature

        with _session(self.module, self.token, self.pin) as session:
            key: Any = session.get_key(object_class=ObjectClass.PRIVATE_KEY, label=self.label)
            if self.algorithm == "sha256_rsa":
                return key.sign(data, mechanism=Mechanism.SHA256_RSA_PKCS)
            return encode_ecdsa_signature(key.sign(sha256(data).digest(), mechanism=Mechanism.ECDSA))


def from_token(module: Path, token: str, label: str, pin: str) -> TokenKey:
    """The seal on a token: the key and the certificate of that label, or the only ones. Raises `Unsealed`."""
    from pkcs11 import Attribute, ObjectClass

    with _session(module, token, pin) as session:
        found = list(session.get_objects({Attribute.CLASS: ObjectClass.CERTIFICATE}))
        labelled = [each[Attribute.LABEL] == label for each in found]
        certificates = [x509.load_der_x509_certificate(each[Attribute.VALUE]) for each in found]
        keys = list(session.get_objects({Attribute.CLASS: ObjectClass.PRIVATE_KEY, Attribute.LABEL: label}))
    mine = [each for each, is_mine in zip(certificates, labelled, strict=True) if is_mine]
    if len(mine) != 1 or len(keys) != 1:
        cure = _("The token “{token}” has no single key with a certificate under the label “{label}”.", token=token, label=label)
        raise Unsealed(cure)
    if not isinstance(mine[0].public_key(), ec.EllipticCurvePublicKey | rsa.RSAPublicKey):
        raise Unsealed(_("The key on the token “{token}” is neither an elliptic curve of NIST nor RSA. SM2 is not supported.", token=token))
    return TokenKey(module, token, label, pin, mine[0], vouching(mine[0], certificates))


@contextmanager
def _session(module: Path, token: str, pin: str) -> Iterator[Any]:
    """A session with the token, open as long as it takes: a process that was forked has none of its parent's."""
    import pkcs11

    refused = _("The token “{token}” refuses the PIN, and is not asked again: few wrong ones lock it.", token=token)
    if (module, token, pin) in _REFUSED:
        raise Unsealed(refused)
    with _ONE_AT_A_TIME:
        try:
            with _library(module, os.getpid()).get_token(token_label=token).open(user_pin=pin) as session:
                yield session
        except pkcs11.exceptions.PinIncorrect:
            _REFUSED.add((module, token, pin))
            raise Unsealed(refused) from None
        except (pkcs11.exceptions.NoSuchToken, pkcs11.exceptions.TokenNotPresent):
            raise Unsealed(_("The token “{token}” is not there. Is it plugged in?", token=token)) from None
        except (pkcs11.exceptions.PKCS11Error, RuntimeError, ValueError) as trouble:
            why = str(trouble) or type(trouble).__name__
            raise Unsealed(_("The token “{token}” cannot be used: {why}", token=token, why=why)) from None


_first: dict[Path, int] = {}


@lru_cache(maxsize=4)
def _library(module: Path, process: int) -> Any:
    import pkcs11

    library = pkcs11.lib(str(module))
    if _first.setdefault(module, process) != process:  # what was begun before the fork is the parent's
        library.reinitialize()
    return library
