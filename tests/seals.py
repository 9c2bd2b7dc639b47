"""Seals for tests: houses with keys of their own, and a reader that trusts a root."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import Certificate

from models.core.message import Message
from services.sealing.opening import opened, ours
from services.sealing.seal import Ours, Seal
from services.settings import Settings

AT = datetime.now(UTC).replace(microsecond=0)


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


def both(message: Message) -> str:
    """A sentence in English, once it is seen that it is one in Chinese too."""
    assert message.say("zh") != message.say("en"), message.say("en")
    return message.say("en")


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
