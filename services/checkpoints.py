"""Checkpoints: what the trail was on a day, signed and kept outside of the database (docs/adr/0009).

A chain alone cannot see that its tail was cut off or the whole computed anew. A checkpoint names the number of entries, the
root of the tree over them (RFC 6962; the hash of an entry is that of its leaf), the last hash, and the digest of the
checkpoint before it. It is a file that is created once and never written again; printed papers carry the latest.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import secrets
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import current_app
from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from models.core.audit import GENESIS, AuditEntry, payload_bytes
from models.core.message import Message, _
from models.core.session import CHINA, note
from services.database import reading_apart
from services.evidence.verify_trail import Bad, Checkpoint, Tree, check_checkpoints
from services.settings import Settings

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

    from services.sealing.seal import Seal

NAME = re.compile(r"checkpoint-\d{8}\.json")
TOLD = "checkpointed"
SHORT = 16  # characters of the root on paper
BLOCK = 5_000


@dataclass(frozen=True, slots=True)
class Witness:
    """What a printed paper says of the trail: how many entries it had on a day, and the first characters of their root."""

    entries: int
    root: str
    day: date


def latest() -> Witness | None:
    """The latest checkpoint as each paper carries it; nothing before the first, or when its file cannot be read."""
    try:
        found = _newest(_settings().checkpoints)
    except (OSError, ValueError):
        return None
    return Witness(found.size, found.root.hex()[:SHORT].upper(), _day(found)) if found else None


def make(session: Session, moment: datetime) -> Checkpoint:
    """Keep a checkpoint over all that is committed, told in the trail when `session` commits; the last one if nothing came since.

    Raises `Unsealed` when it cannot be signed or kept, or when the trail does not go on from the last checkpoint.
    """
    from services.sealing.opening import opened
    from services.sealing.seal import Unkept, Unsealed

    settings = _settings()
    folder, seal = settings.checkpoints, opened(settings, moment)
    while True:
        try:
            last = _newest(folder)
            with reading_apart() as connection:
                tree, end = grown(connection, last)
        except ValueError:
            raise Unsealed(
                _("The trail does not go on from its last checkpoint in “{path}”. Run: flask audit verify", path=str(folder))
            ) from None
        if last is not None and tree.size == last.size:
            return last
        content = _sealed(_statement(last, tree, end, moment), seal)
        path = folder / f"checkpoint-{last.number + 1 if last else 1:08}.json"
        try:
            _create(path, content)
            break
        except FileExistsError:
            continue  # another process was faster: go on from its checkpoint
        except OSError as trouble:
            raise Unkept(_("“{name}” cannot be written: {why}", name=str(path), why=trouble.strerror or str(trouble))) from None
    made = Checkpoint(content)
    note(session, TOLD, details={"number": made.number, "size": made.size, "root": made.root.hex(), "sha256": made.digest})
    return made


def daily(session: Session, moment: datetime) -> int:
    """The pass of the clock: a checkpoint on each day by the clock of China, and a trusted time for it, sooner or later."""
    folder = _settings().checkpoints
    made = 0
    last = _newest(folder)
    if last is None or _day(last) < moment.astimezone(CHINA).date():
        make(session, moment)
        session.commit()  # whatever the authority says of its time
        made = 1
    _stamp(folder)
    return made


def grown(connection: Connection, since: Checkpoint | None, size: int | None = None) -> tuple[Tree, bytes]:
    """The tree over the first `size` entries (over all, when none is said), grown on from a checkpoint; and the last hash.

    `ValueError` when the trail does not go on from the checkpoint, or has not so many entries.
    """
    tree, last = Tree(since.size, since.peaks) if since else Tree(), since.last if since else GENESIS
    if since and since.size:
        there = connection.execute(select(AuditEntry.hash).where(AuditEntry.seq == since.size)).scalar()
        if there is None or bytes(there) != last:
            raise ValueError(since.size)
    rows = select(AuditEntry.seq, AuditEntry.prev, AuditEntry.hash).where(AuditEntry.seq > tree.size).order_by(AuditEntry.seq)
    rows = rows if size is None else rows.where(AuditEntry.seq <= size)
    for seq, prev, own in connection.execute(rows, execution_options={"yield_per": BLOCK, "stream_results": True}):
        if seq != tree.size + 1 or bytes(prev) != last:
            raise ValueError(seq)
        last = bytes(own)
        tree.add(last)
    if size is not None and tree.size != size:
        raise ValueError(tree.size)
    return tree, last


def files(folder: Path) -> list[tuple[str, bytes]]:
    """The checkpoints of a folder, by number: names and contents."""
    return [(path.name, path.read_bytes()) for path in _paths(folder)]


def examined(connection: Connection, settings: Settings) -> list[Checkpoint]:
    """The checkpoints of the house, each as the trail tells of it. Raises `Bad` for one that is altered, missing or foreign."""
    found = check_checkpoints(files(settings.checkpoints), trusted(settings))
    by_number = {each.number: each.digest for each in found}
    told = select(AuditEntry.payload).where(AuditEntry.site_id.is_(None), AuditEntry.kind == TOLD).order_by(AuditEntry.seq)
    for payload in connection.execute(told).scalars():
        details = _details(bytes(payload))
        number = details.get("number")
        if number not in by_number:
            raise Bad(f"缺少检查点 {number}", f"checkpoint {number} is missing")
        if details.get("sha256") != by_number[number]:
            raise Bad(f"检查点 {number} 已被改动", f"checkpoint {number} was altered")
    return found


def anchors(settings: Settings) -> list[Certificate]:
    """The certificates by which the seal of this house is known: its own roots, and seals that an authority issued.

    Of an authority the seal itself is named, since its root vouches for everybody. Raises `Unsealed`.
    """
    from services.sealing import keys
    from services.sealing.seal import Unsealed

    chosen = []
    for path, found in keys.remembered(settings.keys):
        if isinstance(found, Message):
            raise Unsealed(found)
        chosen.append(found[-1] if path.name.startswith("own-") else found[0])
    return list({keys.fingerprint(each): each for each in chosen}.values())


def trusted(settings: Settings) -> list[str]:
    """Their fingerprints."""
    from services.sealing import keys

    return [keys.fingerprint(each) for each in anchors(settings)]


def sealed(statement: dict[str, Any], moment: datetime) -> bytes:
    """A statement under the seal, as `check_seal` reads it. Raises `Unsealed`."""
    from services.sealing.opening import opened

    return _sealed({**statement, "at": moment}, opened(_settings(), moment))


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings


def _paths(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if NAME.fullmatch(path.name)) if folder.is_dir() else []


def _newest(folder: Path) -> Checkpoint | None:
    """The checkpoint of the highest number; `ValueError` when it is damaged."""
    paths = _paths(folder)
    return Checkpoint(paths[-1].read_bytes()) if paths else None


def _day(checkpoint: Checkpoint) -> date:
    return datetime.fromisoformat(checkpoint.at).astimezone(CHINA).date()


def _details(payload: bytes) -> dict[str, Any]:
    try:
        found = json.loads(payload)["details"]
    except (ValueError, KeyError, TypeError):
        return {}
    return found if isinstance(found, dict) else {}


def _statement(last: Checkpoint | None, tree: Tree, end: bytes, moment: datetime) -> dict[str, Any]:
    return {
        "format": "taizhang-checkpoint",
        "v": 1,
        "number": last.number + 1 if last else 1,
        "at": moment,
        "size": tree.size,
        "last": end.hex(),
        "root": tree.root().hex(),
        "peaks": [each.hex() for each in tree.peaks],
        "before": last.digest if last else "",
    }


def _sealed(statement: dict[str, Any], seal: Seal) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding

    said = payload_bytes(statement)
    chain = [each.public_bytes(Encoding.PEM).decode("ascii") for each in (seal.certificate, *seal.chain)]
    signature = base64.b64encode(seal.sign(said)).decode("ascii")
    return json.dumps({"statement": said.decode(), "signature": signature, "chain": chain}, ensure_ascii=False, indent=1).encode()


def _create(path: Path, content: bytes) -> None:
    """Create a file whole, or not at all; `FileExistsError` when there is one. Nobody writes into it again."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def token_of(path: Path) -> Path:
    """Where the token for a checkpoint lies, as `openssl ts -verify -token_in` reads it."""
    return path.with_suffix(".tst")


def _stamp(folder: Path) -> None:
    """Ask the authority, where one is set, for the time of the newest checkpoint; it stands for those before it too.

    Raises `Unsealed` when it gives none.
    """
    from services.sealing.stamping import authority

    asked, paths = authority(_settings()), _paths(folder)
    if asked is None or not paths or token_of(paths[-1]).exists():
        return
    from pyhanko_certvalidator import ValidationContext

    from services.sealing.pades import plain, run
    from services.sealing.times import Stamper

    context = ValidationContext(trust_roots=plain(asked.trusted), allow_fetching=False)
    token = run(Stamper(asked, context).async_timestamp(hashlib.sha256(paths[-1].read_bytes()).digest(), "sha256"))
    _create(token_of(paths[-1]), token.dump())
