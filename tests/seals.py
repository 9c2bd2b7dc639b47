"""Seals for tests: houses with keys of their own, a token that is a file, and a reader that trusts a root."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import Certificate

from services.sealing.opening import opened, ours
from services.sealing.seal import Ours, Seal
from services.settings import Settings

AT = datetime.now(UTC).replace(microsecond=0)
PIN, LABEL, TOKEN = "2468", "seal", "taizhang-test"
MODULES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/pkcs11/libsofthsm2.so", "/usr/local/lib/softhsm/libsofthsm2.so")


@dataclass(frozen=True)
class Sealer:
    """A house with a seal."""

    settings: Settings
    seal: Seal

    @property
    def ours(self) -> Ours:
        """By what its papers are known."""
        return ours(self.settings)


def settings(folder: Path, **more: Any) -> Settings:
    """Settings of an instance in a folder; what is given stands as in the environment."""
    return Settings(TAIZHANG_INSTANCE=folder, DATABASE_URL="", **{f"TAIZHANG_{name}": value for name, value in more.items()})


def sealer(folder: Path, **more: Any) -> Sealer:
    """A house whose seal was just made."""
    given = settings(folder, **more)
    return Sealer(given, opened(given, AT))


@dataclass(frozen=True)
class Token:
    """A token with nothing on it."""

    module: Path
    name: str = TOKEN


@pytest.fixture(scope="session")
def soft_token(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Token]:
    """A token made by SoftHSM, in a folder of this run."""
    module = next((Path(each) for each in MODULES if Path(each).exists()), None)
    if module is None:
        if os.environ.get("CI"):
            pytest.fail("No SoftHSM on this machine: `make install-test` installs it.")
        pytest.skip("No SoftHSM on this machine: `make install-test` installs it.")
    folder = tmp_path_factory.mktemp("token")
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder}\nobjectstore.backend = file\nlog.level = ERROR\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOFTHSM2_CONF", str(folder / "softhsm2.conf"))
        made = ["softhsm2-util", "--init-token", "--free", "--label", TOKEN, "--so-pin", "13579", "--pin", PIN]
        subprocess.run(made, check=True, capture_output=True)
        yield Token(module)


def put_on(token: Token, key_pem: Path, certificates: dict[str, Certificate], label: str = LABEL) -> None:
    """Put a key and certificates by their labels on a token."""
    import pkcs11

    number = label.encode().hex()
    line = ["softhsm2-util", "--import", str(key_pem), "--token", token.name, "--label", label, "--id", number, "--pin", PIN]
    subprocess.run(line, check=True, capture_output=True)
    with pkcs11.lib(str(token.module)).get_token(token_label=token.name).open(user_pin=PIN, rw=True) as session:
        for name, certificate in certificates.items():
            session.create_object(
                {
                    pkcs11.Attribute.CLASS: pkcs11.ObjectClass.CERTIFICATE,
                    pkcs11.Attribute.CERTIFICATE_TYPE: pkcs11.CertificateType.X_509,
                    pkcs11.Attribute.LABEL: name,
                    pkcs11.Attribute.TOKEN: True,
                    pkcs11.Attribute.SUBJECT: certificate.subject.public_bytes(),
                    pkcs11.Attribute.VALUE: certificate.public_bytes(Encoding.DER),
                }
            )


_TRUST = """
import ctypes, sys
nss, smime = ctypes.CDLL("libnss3.so"), ctypes.CDLL("libsmime3.so")
der = open(sys.argv[2], "rb").read()
for function in (nss.PK11_GetInternalKeySlot, smime.CERT_DecodeCertFromPackage, nss.CERT_GetDefaultCertDB):
    function.restype = ctypes.c_void_p
trust = (ctypes.c_uint * 3)()
assert nss.NSS_InitReadWrite(b"sql:" + sys.argv[1].encode()) == 0
slot = ctypes.c_void_p(nss.PK11_GetInternalKeySlot())
assert nss.PK11_InitPin(slot, None, b"") == 0
root = ctypes.c_void_p(smime.CERT_DecodeCertFromPackage(der, len(der)))
assert nss.PK11_ImportCert(slot, root, 0, b"root", 0) == 0
assert nss.CERT_DecodeTrustString(trust, b"CT,C,C") == 0
assert nss.CERT_ChangeCertTrust(ctypes.c_void_p(nss.CERT_GetDefaultCertDB()), root, trust) == 0
"""


def trusting(folder: Path, root: Certificate) -> str:
    """The name of a store of certificates, in an empty folder, in which `pdfsig` finds this root trusted."""
    folder.mkdir()
    (folder / "root.der").write_bytes(root.public_bytes(Encoding.DER))
    subprocess.run([sys.executable, "-c", _TRUST, str(folder), str(folder / "root.der")], check=True, capture_output=True)
    return f"sql:{folder}"


def pdfsig(pdf: Path, store: str) -> str:
    """What Poppler says of the signatures of a file."""
    return subprocess.run(["pdfsig", "-nssdir", store, str(pdf)], capture_output=True, check=False).stdout.decode()
