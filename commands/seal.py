"""`flask seal`: the key that papers are sealed with, the root certificate that readers need, and a new key in time."""

from __future__ import annotations

from pathlib import Path

import click
from cryptography.hazmat.primitives.serialization import Encoding
from flask import current_app
from flask.cli import AppGroup

from commands.console import Stop, acting_at, answer, at_console, json_option, output_option, say, written
from models.core.message import _
from models.core.session import now
from services.database import tell
from services.sealing.keys import fingerprint
from services.sealing.opening import renewed, root, standing
from services.sealing.seal import Unsealed

seal = AppGroup("seal", help="The tamper-evident system seal on papers.")

KINDS = {
    "own": _("the key of this instance"),
    "pkcs12": _("the key of an authority, in a PKCS#12 file"),
    "pkcs11": _("a key on a token"),
}


@seal.command("status")
@json_option
@at_console
def status(as_json: bool) -> None:
    """Say which key seals and until when; exit status 1 when nothing can be sealed."""
    found = standing(current_app.config["SETTINGS"], now())
    if as_json:
        answer(
            {
                "usable": not found.trouble,
                "kind": found.kind,
                "subject": found.subject,
                "fingerprint": found.fingerprint,
                "since": found.since.isoformat() if found.since else None,
                "until": found.until.isoformat() if found.until else None,
                "time_authority": found.authority,
                "warning": str(found.warning),
                "trouble": str(found.trouble),
            }
        )
    else:
        click.echo(str(_("Key: {kind}", kind=KINDS[found.kind])))
        if found.until:
            click.echo(str(_("Certificate: {subject}", subject=found.subject)))
            click.echo(str(_("SHA-256: {fingerprint}", fingerprint=found.fingerprint)))
            click.echo(str(_("Valid until: {day}", day=f"{found.until:%Y-%m-%d}")))
        said = found.authority or _("none; papers bear the time of this machine")
        click.echo(str(_("Trusted time: {authority}", authority=said)))
        for sentence in filter(None, (found.warning, found.trouble)):
            say(sentence)
    if found.trouble:
        raise SystemExit(1)


@seal.command("root")
@output_option
@at_console
def root_(out: Path) -> None:
    """Write the root certificate to FILE, for the readers of papers to import."""
    try:
        certificate = root(current_app.config["SETTINGS"], now())
    except Unsealed as unsealed:
        raise Stop(unsealed.message) from None
    with written(out) as file:
        file.write(certificate.public_bytes(Encoding.PEM))
    say(_("Written: {name}", name=str(out)))
    say(_("SHA-256 of the certificate, to compare by telephone: {fingerprint}", fingerprint=fingerprint(certificate)))
    say(
        _(
            "Without it PDF readers call the seal valid but of an unknown signer. In Adobe Acrobat: Preferences, Signatures, "
            "Identities & Trusted Certificates, Trusted Certificates, Import; then Edit Trust, Use this certificate as a trusted root."
        )
    )


@seal.command("renew")
@at_console
def renew() -> None:
    """Make a new key and certificate under the root; papers sealed before still check by the old certificate."""
    try:
        held, anew = renewed(current_app.config["SETTINGS"], now())
    except Unsealed as unsealed:
        raise Stop(unsealed.message) from None
    with acting_at(()):
        tell("seal_renewed", details={"certificate": fingerprint(held.certificate), "new_root": anew})
    until = f"{held.certificate.not_valid_after_utc:%Y-%m-%d}"
    say(_("A new seal was made, valid until {day}: {fingerprint}", day=until, fingerprint=fingerprint(held.certificate)))
    if anew:
        say(_("Its root is new too: give readers the new one, from: flask seal root --out FILE"))
