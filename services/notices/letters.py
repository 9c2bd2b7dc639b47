"""E-mail by the mail server that the settings name."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from services.settings import Settings

if TYPE_CHECKING:
    from smtplib import SMTP

TIMEOUT = 15  # seconds


class Unreachable(Exception):
    """The server does not answer at all: what else waits for it need not be tried now."""


class Turned(Exception):
    """The server answered and took nothing; its words are the text."""


def sender(settings: Settings) -> str:
    """The address from which letters come."""
    return settings.smtp_from or (settings.smtp_user if "@" in settings.smtp_user else f"taizhang@{settings.smtp_host}")


def post(settings: Settings, to: str, subject: str, text: str, number: int, moment: datetime) -> None:
    """Send one letter. Raises `Unreachable` or `Turned`.

    The number of the delivery stands in `Message-ID` and `X-Taizhang-Number`, and is the same when it is sent once more.
    """
    import smtplib
    import ssl
    from email.message import EmailMessage
    from email.utils import format_datetime

    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = sender(settings), to, " ".join(subject.split())
    letter["Date"] = format_datetime(moment)
    host = sender(settings).rpartition("@")[2]
    letter["Message-ID"], letter["X-Taizhang-Number"] = f"<notice-{number}@{host}>", str(number)
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(text)
    secure = ssl.create_default_context() if settings.smtp_tls != "none" else None
    try:
        if settings.smtp_tls == "tls":
            server: SMTP = smtplib.SMTP_SSL(settings.smtp_host, settings.smtp_port, local_hostname=host, timeout=TIMEOUT, context=secure)
        else:
            server = smtplib.SMTP(settings.smtp_host, settings.smtp_port, local_hostname=host, timeout=TIMEOUT)
        with server:
            if settings.smtp_tls == "starttls":
                server.starttls(context=secure)
            if settings.smtp_user:
                _sign_in(server, settings)
            server.send_message(letter)
    except smtplib.SMTPRecipientsRefused as refused:
        codes = ", ".join(str(code) for code, _words in refused.recipients.values())
        raise Turned(f"SMTP {codes}: the address was refused") from None
    except smtplib.SMTPResponseException as refused:
        words = refused.smtp_error.decode(errors="replace") if isinstance(refused.smtp_error, bytes) else str(refused.smtp_error)
        raise Turned(f"SMTP {refused.smtp_code}: {' '.join(words.split())[:160]}") from None
    except smtplib.SMTPException as trouble:
        raise Unreachable(type(trouble).__name__) from None
    except OSError as trouble:
        raise Unreachable(trouble.strerror or str(trouble) or type(trouble).__name__) from None


def _sign_in(server: SMTP, settings: Settings) -> None:
    """Give user and password. What the server says to them is not repeated: it may repeat what it was given."""
    from smtplib import SMTPException, SMTPServerDisconnected

    try:
        server.login(settings.smtp_user, settings.smtp_password.get_secret_value())
    except SMTPServerDisconnected:  # silence refuses nobody
        raise
    except SMTPException as refused:
        raise Unreachable(f"SMTP {getattr(refused, 'smtp_code', '')}: user or password was refused".replace(" :", ":")) from None
