"""The trail as it leaves the house: a text of one line for each entry, with the checkpoints, and the script that checks both.

    {"format": "taizhang-trail", "v": 1, "first": 1, "prev": "00…", "peaks": []}
    1 9f2c… {"actor":"boss", … }
    2 04ab… sha256:77d0…          an entry whose content is not shown

Each line is the number of the entry, its hash, and the very bytes that were hashed. A part of the trail begins with the
hash before it and the tree (RFC 6962) over all before it, so that it too leads to the roots of the checkpoints.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import Connection, select

from models.core.audit import GENESIS, AuditEntry
from services import checkpoints
from services.evidence import verify_trail
from services.evidence.verify_trail import CLOSED, ROOT, TRAIL, Checkpoint, Tree
from services.settings import Settings

SCRIPT = "verify_trail.py"
FOLDER = "checkpoints/"
BLOCK = 2_000
Shown = Callable[[Any], bool]


def write(
    connection: Connection,
    file: BinaryIO,
    known: list[Checkpoint],
    first: int,
    last: int,
    shown: Shown | None = None,
    advance: Callable[[int], None] | None = None,
) -> None:
    """Write entries `first` to `last`; of those that `shown` does not accept the digest of the content alone.

    `known` are the checkpoints, from the last of which before `first` the tree is grown on. `ValueError` when the trail
    does not go on from it.
    """
    before = max((each for each in known if each.size < first), key=lambda each: each.size, default=None)
    tree, prev = checkpoints.grown(connection, before, first - 1) if first > 1 else (Tree(), GENESIS)
    head = {"format": "taizhang-trail", "v": 1, "first": first, "prev": prev.hex(), "peaks": [each.hex() for each in tree.peaks]}
    file.write(json.dumps(head).encode() + b"\n")
    columns = (AuditEntry.seq, AuditEntry.hash, AuditEntry.payload, AuditEntry.site_id, AuditEntry.at, AuditEntry.kind)
    rows = select(*columns).where(AuditEntry.seq >= first, AuditEntry.seq <= last).order_by(AuditEntry.seq)
    for row in connection.execute(rows, execution_options={"yield_per": BLOCK, "stream_results": True}):
        payload = bytes(row.payload)
        if shown is not None and not shown(row):
            payload = CLOSED + hashlib.sha256(payload).hexdigest().encode()
        file.write(b"%d %s %s\n" % (row.seq, bytes(row.hash).hex().encode(), payload))
        if advance and row.seq % BLOCK == 0:
            advance(row.seq)


def export(connection: Connection, settings: Settings, file: BinaryIO, advance: Callable[[int], None] | None = None) -> int:
    """Write the trail up to the latest checkpoint as a .zip for an outsider; the number of entries.

    Raises `Bad` when a checkpoint is altered, missing or foreign, `ValueError` when there is none, and `Unsealed` when the
    certificates of the house cannot be read.
    """
    known = checkpoints.examined(connection, settings)
    if not known:
        raise ValueError("no checkpoint")
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as pack:
        pack.writestr(ROOT, root_pem(settings))
        for name, content in witnesses(settings):
            pack.writestr(FOLDER + name, content)
        pack.writestr(SCRIPT, script())
        with pack.open(TRAIL, "w", force_zip64=True) as lines:
            stream: Any = lines
            write(connection, stream, known, 1, known[-1].size, advance=advance)
    return known[-1].size


def root_pem(settings: Settings) -> bytes:
    """The certificates by which the seal of the house is known. Raises `Unsealed`."""
    from cryptography.hazmat.primitives.serialization import Encoding

    return b"".join(each.public_bytes(Encoding.PEM) for each in checkpoints.anchors(settings))


def witnesses(settings: Settings) -> list[tuple[str, bytes]]:
    """The checkpoints, and the tokens of an authority beside them: names and contents."""
    found = []
    for name, content in checkpoints.files(settings.checkpoints):
        found.append((name, content))
        token = checkpoints.token_of(settings.checkpoints / name)
        if token.exists():
            found.append((token.name, token.read_bytes()))
    return found


def script() -> bytes:
    """The script that checks an export or a pack elsewhere."""
    return Path(verify_trail.__file__).read_bytes()
