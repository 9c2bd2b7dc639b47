"""What a seal is, whoever holds its key: what it signs with, and by which certificates its papers are known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from models.core.message import NOTHING, Message, _

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

WARNED = 60  # days before the end


class Unsealed(Exception):
    """Nothing was sealed, and nothing half-sealed is left; `message` says why and what to do."""

    headline = _("The paper could not be sealed")

    def __init__(self, message: Message) -> None:
        super().__init__(message.say("en"))
        self.message = message


class Unkept(Unsealed):
    """What was to be sealed could not be written to the disk, so it was not issued."""

    headline = _("The paper could not be written to the disk")


class Seal(Protocol):
    """A key and its certificate. Another kind of key, SM2 for one, is another class with these."""

    @property
    def certificate(self) -> Certificate:
        """The certificate of the key."""

    @property
    def chain(self) -> Sequence[Certificate]:
        """Those who vouch for it, the root last."""

    @property
    def algorithm(self) -> str:
        """How it signs, as CMS names it: `sha256_ecdsa` or `sha256_rsa`."""

    def sign(self, data: bytes) -> bytes:
        """The signature over `data`, as CMS carries it. Raises `Unsealed` when the key cannot be used."""


@dataclass(frozen=True, slots=True)
class Ours:
    """By what the papers of this house are known: every certificate it ever sealed with, and whose times it trusts.

    `troubles` say which of them cannot be read; papers are then judged by the rest.
    """

    seals: Sequence[Certificate] = ()
    chains: Sequence[Certificate] = ()
    authorities: Sequence[Certificate] = ()
    troubles: Sequence[Message] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """How the seal stands: which key, until when, and what is wrong with it. `trouble` means that nothing can be sealed."""

    kind: str  # "own", "pkcs12" or "pkcs11"
    subject: str = ""
    fingerprint: str = ""
    since: datetime | None = None
    until: datetime | None = None
    authority: str = ""
    warning: Message = NOTHING
    trouble: Message = NOTHING
