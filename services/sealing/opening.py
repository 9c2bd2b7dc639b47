"""The one door to the seal: a token, a certificate of an authority, or the keys of the house, whichever the settings name."""

from __future__ import annotations

from datetime import datetime

from services.sealing.seal import Ours, Seal, Standing
from services.settings import Settings


def opened(settings: Settings, at: datetime) -> Seal:
    """The seal, made at the first start. Raises `Unsealed` when it is missing, locked, expired at `at` or open to others."""
    raise NotImplementedError


def ours(settings: Settings) -> Ours:
    """By what papers are known as ours; needs no passphrase. Raises `Unsealed` when the certificates cannot be read."""
    raise NotImplementedError


def standing(settings: Settings, at: datetime) -> Standing:
    """Which key it is, until when, and what is wrong with it. Raises nothing."""
    raise NotImplementedError
