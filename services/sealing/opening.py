"""The one door to the seal: a token, a certificate of an authority, or the keys of the house, whichever the settings name."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from cryptography.x509 import Certificate
from cryptography.x509.oid import NameOID

from models.core.message import NOTHING, Message, _
from services.sealing import keys, tokens
from services.sealing.keys import HeldKey, fingerprint, guarded
from services.sealing.seal import WARNED, Ours, Seal, Standing, Unsealed
from services.sealing.stamping import authority
from services.settings import Settings

CHINA = ZoneInfo("Asia/Shanghai")


def opened(settings: Settings, at: datetime) -> Seal:
    """The seal, made at the first start. Raises `Unsealed` when it is missing, locked, expired at `at` or open to others."""
    seal = _found(settings, at)
    until, since = seal.certificate.not_valid_after_utc, seal.certificate.not_valid_before_utc
    if at > until:
        raise Unsealed(_("The certificate of the seal ended on {day}. {cure}", day=_day(until), cure=_cure(settings)))
    if at < since:
        raise Unsealed(_("The certificate of the seal begins on {day}. Is the clock of this machine right?", day=_day(since)))
    keys.remember(settings.keys, kind(settings), seal.certificate, seal.chain)
    return seal


def kind(settings: Settings) -> str:
    """Whose key the settings name: `pkcs11`, `pkcs12`, or `own`."""
    return "pkcs11" if settings.seal_pkcs11_module else "pkcs12" if settings.seal_pkcs12 else "own"


def renewed(settings: Settings, at: datetime) -> tuple[HeldKey, bool]:
    """A new key and certificate of the house, and whether its root is new too. Raises `Unsealed`."""
    if kind(settings) != "own":
        raise Unsealed(_("This seal comes from an authority: whoever issued the certificate renews it."))
    return keys.renew(settings.keys, passphrase(settings), settings.seal_name, at)


def root(settings: Settings, at: datetime) -> Certificate:
    """The root certificate, which readers import to believe the seal; of the own keys without a passphrase. Raises `Unsealed`."""
    if kind(settings) == "own" and (settings.keys / "own").exists():
        return keys.root(settings.keys)
    seal = opened(settings, at)
    return seal.chain[-1] if seal.chain else seal.certificate


def ours(settings: Settings) -> Ours:
    """By what papers are known as ours; needs no passphrase, and raises nothing: a file that is damaged is named among the troubles."""
    kept = [each for _path, each in keys.remembered(settings.keys)]
    found, named = [each for each in kept if not isinstance(each, Message)], authority(settings)
    chains = {fingerprint(each): each for _leaf, *chain in found for each in chain}
    troubles = [each for each in kept if isinstance(each, Message)] + ([named.trouble] if named and named.trouble else [])
    return Ours(tuple(leaf for leaf, *_chain in found), tuple(chains.values()), named.trusted if named else (), troubles)


def passphrase(settings: Settings) -> bytes:
    """What unlocks the key, from the environment or a file of its own. Raises `Unsealed` when that file is no secret."""
    given = settings.seal_passphrase.get_secret_value()
    path = settings.seal_passphrase_file
    if given or path is None:
        return given.encode()
    if path.resolve().is_relative_to(settings.folder):
        raise Unsealed(_("“{path}” lies in the instance folder and would be in every copy of it. Put it elsewhere.", path=str(path)))
    return guarded(path).strip(b"\r\n")


def standing(settings: Settings, at: datetime) -> Standing:
    """Which key it is, until when, and what is wrong with it. Makes no key and raises nothing."""
    which, named = kind(settings), authority(settings)
    host = named.host if named else ""
    if which == "own" and not settings.keys.exists():
        return Standing(which, authority=host, warning=_("There is no key yet: the first paper makes it."))
    try:
        seal = _found(settings, at)
    except Unsealed as unsealed:
        return Standing(which, authority=host, trouble=unsealed.message)
    certificate = seal.certificate
    until = certificate.not_valid_after_utc
    try:
        opened(settings, at)
        trouble = NOTHING
    except Unsealed as unsealed:
        trouble = unsealed.message
    warning = NOTHING
    if at > until - timedelta(days=WARNED):
        days = max((until - at).days, 0)
        warning = _("The certificate of the seal ends in {n} days, on {day}. {cure}", n=days, day=_day(until), cure=_cure(settings))
    elif which == "own" and not passphrase(settings):
        warning = _("The key lies unlocked in the instance folder: whoever copies the folder has it. {cure}", cure=_unlocked_cure())
    return Standing(
        which, _common_name(certificate), fingerprint(certificate), certificate.not_valid_before_utc, until, host, warning, trouble
    )


def _found(settings: Settings, at: datetime) -> Seal:
    module, packed = settings.seal_pkcs11_module, settings.seal_pkcs12
    if module and packed:
        raise Unsealed(_("The settings name both a token and a PKCS#12 file for the seal. Leave one of them."))
    if module:
        pin = settings.seal_pkcs11_pin.get_secret_value() or passphrase(settings).decode()
        return tokens.from_token(module, settings.seal_pkcs11_token, settings.seal_pkcs11_label, pin)
    if packed:
        return tokens.from_pkcs12(packed, passphrase(settings))
    return keys.held(settings.keys, passphrase(settings), settings.seal_name, at)


def _cure(settings: Settings) -> Message:
    if kind(settings) == "own":
        return _("Renew it: flask seal renew")
    return _("Ask its authority for a new one.")


def _unlocked_cure() -> Message:
    return _("Set TAIZHANG_SEAL_PASSPHRASE_FILE, then: flask seal renew")


def _common_name(certificate: Certificate) -> str:
    found = certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    found += certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return ", ".join(str(each.value) for each in found)


def _day(moment: datetime) -> str:
    return f"{moment.astimezone(CHINA):%Y-%m-%d}"
