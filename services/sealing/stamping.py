"""Trusted times: an authority that says when a paper was there (RFC 3161). Without its answer no time is claimed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from models.core.message import NOTHING, Message, _
from services.sealing.seal import Unsealed
from services.settings import Settings

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

PATIENCE = 5.0  # seconds


@dataclass(frozen=True, slots=True)
class TimeAuthority:
    """Where times come from, and the certificates by which they are believed; `trouble` is why there are none."""

    address: str
    trusted: Sequence[Certificate]
    patience: float = PATIENCE
    trouble: Message = NOTHING

    @property
    def host(self) -> str:
        """Its name, without a password that may stand in the address."""
        return urlsplit(self.address).hostname or "?"


def authority(settings: Settings) -> TimeAuthority | None:
    """The authority that the settings name, if any; one whose certificates cannot be read says so when it is asked."""
    address = settings.tsa.get_secret_value()
    if not address:
        return None
    try:
        return TimeAuthority(address, trusted(settings.tsa_certificates))
    except Unsealed as unsealed:
        return TimeAuthority(address, (), trouble=unsealed.message)


def trusted(path: Path | None) -> tuple[Certificate, ...]:
    """The certificates in a file by which times are believed. Raises `Unsealed` when there are none."""
    from cryptography.x509 import load_pem_x509_certificates

    if path is None:
        raise Unsealed(_("No time is believed without certificates: name them in TAIZHANG_TSA_CERTIFICATES."))
    try:
        return tuple(load_pem_x509_certificates(path.read_bytes()))
    except (OSError, ValueError) as trouble:
        raise Unsealed(_("“{path}” cannot be read: {why}", path=str(path), why=str(trouble))) from None
