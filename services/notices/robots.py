"""The robots of group chats: WeCom (企业微信) and DingTalk (钉钉). Their addresses are secrets: only the end of one is shown again."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from urllib.parse import parse_qsl, quote_plus, urlsplit

from models.core.session import now
from models.notices import RobotKind
from services.notices.letters import Turned, Unreachable
from services.settings import Settings

TIMEOUT = 10  # seconds
LONGEST = 2000  # bytes; WeCom takes 2,048
LARGEST_ANSWER = 4096
SHOWN = 4  # characters of an address
SECRET = 12  # so long is no word in the path of an address, but a key


def end_of(address: str) -> str:
    """As much of an address as tells it from another and opens nothing."""
    return f"…{address[-SHOWN:]}"


def allowed(settings: Settings, address: str) -> bool:
    """Whether an address is one to which the house may speak: by TLS, to a host that the settings name.

    A host that is named with its port may be spoken to without TLS: a relay on the same machine.
    """
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return False
    hosts = settings.robots.split()
    if parts.username or parts.password or not parts.hostname:
        return False
    if port is not None and f"{parts.hostname}:{port}" in hosts:
        return parts.scheme in ("http", "https")
    return parts.scheme == "https" and parts.hostname in hosts and port in (None, 443)


def signed(address: str, secret: str, moment_ms: int) -> str:
    """The address with the signature that DingTalk asks for."""
    digest = hmac.new(secret.encode(), f"{moment_ms}\n{secret}".encode(), hashlib.sha256).digest()
    return f"{address}&timestamp={moment_ms}&sign={quote_plus(base64.b64encode(digest))}"


def speak(settings: Settings, kind: str, address: str, secret: str, text: str) -> None:
    """Post one text. Raises `Unreachable` or `Turned`."""
    import urllib.error
    import urllib.request
    from http.client import HTTPException

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_asked: object) -> None:
            return None

    if not allowed(settings, address):
        raise Turned("the address is not among those in TAIZHANG_ROBOTS")
    to = signed(address, secret, int(now().timestamp() * 1000)) if kind == RobotKind.DINGTALK and secret else address
    said = text.encode()[:LONGEST].decode(errors="ignore")
    body = json.dumps({"msgtype": "text", "text": {"content": said}}, ensure_ascii=False).encode()
    request = urllib.request.Request(to, body, {"Content-Type": "application/json; charset=utf-8"})
    try:
        with urllib.request.build_opener(Stay).open(request, timeout=TIMEOUT) as answer:
            told = json.loads(answer.read(LARGEST_ANSWER))
    except urllib.error.HTTPError as refused:
        raise Turned(f"HTTP {refused.code}") from None
    except (OSError, HTTPException) as trouble:
        reason = getattr(trouble, "reason", trouble)
        raise Unreachable(getattr(reason, "strerror", "") or type(reason).__name__) from None
    except ValueError:
        raise Turned("the answer cannot be read") from None
    told = told if isinstance(told, dict) else {}
    if told.get("errcode") != 0:
        raise Turned(_without(address, secret, f"errcode {told.get('errcode')}: {told.get('errmsg', '')}"[:160]))


def _without(address: str, secret: str, said: str) -> str:
    """What the robot answered, without anything in it that is secret."""
    parts = urlsplit(address)
    written = (each.partition("=")[2] for each in parts.query.split("&"))
    keys = (each for each in parts.path.split("/") if len(each) >= SECRET)
    for hidden in (address, secret, *(value for _name, value in parse_qsl(parts.query)), *written, *keys):
        said = said.replace(hidden, "…") if hidden else said
    return said
