"""How a file that somebody sends is received: recognised and cleaned in a process of its own, and given a decent name."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
import subprocess
import sys
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from models.core.attachments import NAME
from models.core.message import Message, _
from services.attachments import recognising

BYTES = 20 * 2**20
PATIENCE = 60  # seconds
ENDINGS = {"jpeg": ".jpg", "png": ".png", "pdf": ".pdf"}
# What the reader of files gets of the surroundings: where libraries lie, and none of the secrets.
KNOWN = ("PATH", "LD_LIBRARY_PATH", "TMPDIR")

log = logging.getLogger(__name__)

REASONS: dict[str, Message] = {
    "empty": _("The file is empty."),
    "bytes": _("The file is larger than {most} MB. Send a smaller photo, or split the PDF.", most=BYTES // 2**20),
    "unknown": _("This is neither a photo nor a PDF. Taken are JPEG, PNG, HEIC and PDF, told by their content and not by their name."),
    "broken": _("The file is damaged or cut short. Take the photo or the scan once more."),
    "pixels": _("The picture has more than {most} million pixels. Make it smaller.", most=recognising.PIXELS // 10**6),
    "pages": _("The PDF has more than {most} pages. Split it.", most=recognising.PAGES),
    "locked": _("The PDF is protected by a password. Save it without one."),
    "active": _("The PDF has a script or does something of itself. Print it to a plain PDF and attach that."),
    "enclosed": _("The PDF carries other files inside. Take them out and attach each by itself."),
    "heic": _(
        "This server cannot read HEIC: the package pillow-heif is missing; make install brings it. Until then send the photo as JPEG."
    ),
    "heavy": _("The file takes more memory or time than a photo or scan should. Make it smaller."),
}


class NotTaken(ValueError):
    """A file was not taken; `message` says why and what to do."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.message = REASONS[why]


@dataclass(frozen=True, slots=True)
class Received:
    """A file as it will be kept, with its digest."""

    name: str
    kind: str
    came_as: str
    content: bytes
    thumbnail: bytes
    sha256: str
    width: int | None
    height: int | None
    pages: int | None


def received(data: bytes, called: str) -> Received:
    """The file `data` that its sender called `called`, clean. Raises `NotTaken`."""
    if not data:
        raise NotTaken("empty")
    if len(data) > BYTES:
        raise NotTaken("bytes")
    facts, body = _read_apart(data)
    if "refused" in facts:
        if "trouble" in facts:
            log.warning("A file could not be read: %s", facts["trouble"])
        raise NotTaken(str(facts["refused"]))
    content, thumbnail = body[: facts["size"]], body[facts["size"] :]
    digest = hashlib.sha256(content).hexdigest()
    return Received(
        named(called, facts["kind"], digest),
        facts["kind"],
        facts["came_as"],
        content,
        thumbnail,
        digest,
        facts["width"],
        facts["height"],
        facts["pages"],
    )


def _read_apart(data: bytes) -> tuple[dict, bytes]:
    surroundings = {name: os.environ[name] for name in KNOWN if name in os.environ}
    line = [sys.executable, "-I", str(Path(recognising.__file__).resolve())]
    try:
        done = subprocess.run(line, input=data, capture_output=True, timeout=PATIENCE, env=surroundings, cwd="/", check=False)
    except subprocess.TimeoutExpired as late:
        raise NotTaken("heavy") from late
    if done.returncode:  # it was ended by its limits, or by what it read
        log.warning("Reading a file ended with %s: %s", done.returncode, done.stderr[-500:].decode("utf-8", "replace"))
        raise NotTaken("heavy")
    head, _line, body = done.stdout.partition(b"\n")
    return json.loads(head), body


def named(called: str, kind: str, digest: str) -> str:
    """A name to keep: no way through folders, nothing unseen, and the ending of what the file is."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", called))[-1]
    seen = "".join(each if unicodedata.category(each)[0] != "Z" else " " for each in last if unicodedata.category(each)[0] != "C")
    stem = re.sub(r'[<>:"|?*]', "", seen)
    stem = re.sub(r"\.[A-Za-z][A-Za-z0-9]{0,4}$", "", stem.strip()).strip(" .")
    ending = ENDINGS[kind]
    return (stem or digest[:8])[: NAME - len(ending)] + ending
