"""What a person said the columns of a ledger are is remembered for the next file with the same headings, at the same site."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping as Given
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.core import actor as actors
from models.core.register import Register
from models.core.session import now
from models.exchange import LearntColumns
from services.exchange.workbook import Heading, heading_key


def _digest(headings: Sequence[Heading]) -> str:
    keys = sorted({heading_key(each.text) for each in headings} - {""})
    return hashlib.sha256("\n".join(keys).encode()).hexdigest()


def _learnt(session: Session, register: type[Register], site_id: int, headings: Sequence[Heading]) -> LearntColumns | None:
    mine = (LearntColumns.site_id == site_id, LearntColumns.register == register.key, LearntColumns.headings == _digest(headings))
    return session.execute(select(LearntColumns).where(*mine)).scalar_one_or_none()


def remembered(session: Session, register: type[Register], site_id: int, headings: Sequence[Heading]) -> dict[int, str] | None:
    """What the columns under these headings were said to be, by their place, in whatever order they stand now; `None` if never."""
    known = _learnt(session, register, site_id, headings)
    if known is None:
        return None
    fields = json.loads(known.columns)
    found: dict[int, str] = {}
    for each in headings:
        key = fields.pop(heading_key(each.text), "") if each.text else ""
        if key:
            found[each.column] = key
    return found


def remember(session: Session, register: type[Register], site_id: int, headings: Sequence[Heading], chosen: Given[int, str]) -> None:
    """Keep what the columns are for the next file. Not yet committed."""
    fields: dict[str, str] = {}
    for each in headings:
        if each.text:
            fields.setdefault(heading_key(each.text), chosen.get(each.column, ""))
    known = _learnt(session, register, site_id, headings)
    if known is None:
        known = LearntColumns(site_id=site_id, register=register.key, headings=_digest(headings))
        session.add(known)
    actor = actors.current()
    known.columns, known.learnt_at, known.learnt_by = json.dumps(fields, ensure_ascii=False), now(), actor.name if actor else ""
