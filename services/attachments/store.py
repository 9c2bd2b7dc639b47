"""Where the content of attachments lies: files of the instance, each under the digest of what is in it."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path

DIGEST = re.compile(r"[0-9a-f]{64}")
SMALL = ".thumbnail"


class Lost(LookupError):
    """The file of an attachment is missing, or no longer what it was."""


@dataclass(frozen=True, slots=True)
class Store:
    """The folder of the files, `ab/abcdef…`: one for each content, however often it was attached, never changed.

    What an approved destruction list names is removed; nothing else is.
    """

    folder: Path

    def path(self, digest: str) -> Path:
        """Where the content of a digest lies; `ValueError` for what is no digest."""
        if not DIGEST.fullmatch(digest):
            raise ValueError(digest)
        return self.folder / digest[:2] / digest

    def keep(self, content: bytes, thumbnail: bytes) -> str:
        """Keep a content and its thumbnail, if it has one, and return the digest."""
        digest = hashlib.sha256(content).hexdigest()
        path = self.path(digest)
        if self.fault(digest):
            _write(path, content)
        if thumbnail and not path.with_suffix(SMALL).exists():
            _write(path.with_suffix(SMALL), thumbnail)
        return digest

    def keep_file(self, made: Path) -> str:
        """Keep a file that was made on this machine, however large, and return its digest; `made` is gone then."""
        with made.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            os.fsync(file.fileno())
        path = self.path(digest)
        _folders(path)
        made.chmod(0o600)
        shutil.move(made, path)
        _settle(path.parent)
        return digest

    def content(self, digest: str) -> bytes:
        """The content of a digest. Raises `Lost` when it is missing or is not what the digest says."""
        try:
            found = self.path(digest).read_bytes()
        except FileNotFoundError as missing:
            raise Lost(digest) from missing
        if hashlib.sha256(found).hexdigest() != digest:
            raise Lost(digest)
        return found

    def thumbnail(self, digest: str) -> bytes:
        """The thumbnail of a picture. Raises `Lost` when it is missing."""
        try:
            return self.path(digest).with_suffix(SMALL).read_bytes()
        except FileNotFoundError as missing:
            raise Lost(digest) from missing

    def destroy(self, digest: str) -> None:
        """Remove the content of a digest and its thumbnail; nothing is wrong when they are gone already."""
        for path in (self.path(digest), self.path(digest).with_suffix(SMALL)):
            path.unlink(missing_ok=True)

    def fault(self, digest: str) -> bool:
        """Whether the content of a digest is missing or damaged."""
        try:
            self.content(digest)
        except Lost:
            return True
        return False


def _write(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, for its owner alone."""
    _folders(path)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    _settle(path.parent)


def _folders(path: Path) -> None:
    for folder in (path.parent.parent, path.parent):
        folder.mkdir(mode=0o700, exist_ok=True)


def _settle(folder: Path) -> None:
    """Have the name of a new file on the disk too."""
    folder_handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(folder_handle)
    finally:
        os.close(folder_handle)
