"""What was corrected after a record was closed: the paper shows the old words struck through beside the new (C-19)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.core.audit import AuditEntry
from models.core.register import Register
from services import trail
from services.display import Reader

WRITTEN = ("changed", "performed", "voided")
AT_ONCE = 500  # records asked for in one statement


@dataclass(frozen=True, slots=True)
class Correction:
    """One correction of a closed record: when, by whom and why, and what stood before, by field key, as the reader sees it."""

    at: str
    who: str
    reason: str
    before: dict[str, str]


def of(session: Session, register: type[Register], ids: Sequence[int], reader: Reader) -> dict[int, list[Correction]]:
    """The corrections of records after they were closed, oldest first, by the id of the record."""
    found: dict[int, list[Correction]] = {}
    for start in range(0, len(ids), AT_ONCE):
        mine = (AuditEntry.register == register.key, AuditEntry.record_id.in_(ids[start : start + AT_ONCE]), AuditEntry.kind == "changed")
        for entry in session.execute(select(AuditEntry).where(*mine).order_by(AuditEntry.seq)).scalars():
            content = json.loads(bytes(entry.payload))
            if content["details"].get("after_closing") and entry.record_id is not None:
                line = trail.told(session, [entry], reader)[0]
                before = {change.key: change.old for change in line.changes}
                found.setdefault(entry.record_id, []).append(Correction(line.at, line.who, line.reason, before))
    return found


@dataclass(frozen=True, slots=True)
class Later:
    """One thing done to a record after its book was closed: when, and what, in Chinese and in English."""

    at: str
    what: tuple[str, str]


def since_closing(session: Session, register: type[Register], ids: Sequence[int], reader: Reader) -> dict[int, list[Later]]:
    """What was done to records after their books were closed, oldest first, by the id of the record."""
    found: dict[int, list[Later]] = {}
    for start in range(0, len(ids), AT_ONCE):
        mine = (AuditEntry.register == register.key, AuditEntry.record_id.in_(ids[start : start + AT_ONCE]), AuditEntry.kind.in_(WRITTEN))
        for entry in session.execute(select(AuditEntry).where(*mine).order_by(AuditEntry.seq)).scalars():
            if entry.record_id is not None and json.loads(bytes(entry.payload))["details"].get("closed_book"):
                zh, en = (trail.told(session, [entry], replace(reader, language=each))[0] for each in ("zh", "en"))
                found.setdefault(entry.record_id, []).append(Later(zh.at, (f"{zh.what} {zh.who}", f"{en.what} {en.who}")))
    return found
