"""Trusted times: an authority that says when a paper was there (RFC 3161). Without its answer no time is claimed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from services.settings import Settings

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

PATIENCE = 5.0  # seconds


@dataclass(frozen=True, slots=True)
class TimeAuthority:
    """Where times come from, and the certificates by which they are believed."""

    address: str
    trusted: Sequence[Certificate]
    patience: float = PATIENCE


def authority(settings: Settings) -> TimeAuthority | None:
    """The authority that the settings name, if any. Raises `Unsealed` when its certificates cannot be read."""
    raise NotImplementedError
