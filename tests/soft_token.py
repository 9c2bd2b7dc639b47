"""A token that is a folder: it holds keys and signs with them as the hardware does (SoftHSM)."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import Certificate

MODULES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/pkcs11/libsofthsm2.so", "/usr/local/lib/softhsm/libsofthsm2.so")
NONE = "No SoftHSM on this machine: `make install-test` installs it."


@dataclass(frozen=True)
class Token:
    """A token by its module, its name and its PIN."""

    module: Path
    name: str = "taizhang-test"
    pin: str = "2468"

    def put(self, key_pem: Path, label: str, certificate: Certificate, *others: Certificate) -> None:
        """Put a key and its certificate under a label on the token, and other certificates beside them."""
        import pkcs11

        number = label.encode().hex()
        line = ["softhsm2-util", "--import", str(key_pem), "--token", self.name, "--label", label, "--id", number, "--pin", self.pin]
        subprocess.run(line, check=True, capture_output=True)
        with pkcs11.lib(str(self.module)).get_token(token_label=self.name).open(user_pin=self.pin, rw=True) as session:
            for name, each in ((label, certificate), *((f"{label} issuer", other) for other in others)):
                session.create_object(
                    {
                        pkcs11.Attribute.CLASS: pkcs11.ObjectClass.CERTIFICATE,
                        pkcs11.Attribute.CERTIFICATE_TYPE: pkcs11.CertificateType.X_509,
                        pkcs11.Attribute.LABEL: name,
                        pkcs11.Attribute.TOKEN: True,
                        pkcs11.Attribute.SUBJECT: each.subject.public_bytes(),
                        pkcs11.Attribute.VALUE: each.public_bytes(Encoding.DER),
                    }
                )


@pytest.fixture(scope="session")
def soft_token(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Token]:
    """A token with nothing on it, in a folder of this run."""
    module = next((Path(each) for each in MODULES if Path(each).exists()), None)
    if module is None:
        if os.environ.get("CI"):
            pytest.fail(NONE)
        pytest.skip(NONE)
    folder, token = tmp_path_factory.mktemp("token"), Token(module)
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder}\nobjectstore.backend = file\nlog.level = ERROR\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOFTHSM2_CONF", str(folder / "softhsm2.conf"))
        made = ["softhsm2-util", "--init-token", "--free", "--label", token.name, "--so-pin", "13579", "--pin", token.pin]
        subprocess.run(made, check=True, capture_output=True)
        yield token
