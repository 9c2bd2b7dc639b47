"""The places to sign at the foot of a form, in their order, and who signed there, when and how.

A record closes only when its places are filled in order (C-25). A place is filled by the account of the person who
signs, or by entering that the paper was signed by hand, or that the opinion was given by telephone (C-34).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, Index, Integer, String, Text, inspect, select
from sqlalchemy.orm import Mapped, Session, mapped_column, object_session

from models.core import actor as actors
from models.core import audit
from models.core.access import CONSOLE, Refused, granted, roles
from models.core.base import Base
from models.core.choice import Choice
from models.core.message import Message, _
from models.core.validity import FILL_IN, Invalid

if TYPE_CHECKING:
    from models.core.register import Register


NOT_YOURS = _("Your role may not do this.")


class Way(Choice):
    """How a place was signed."""

    ACCOUNT = "account", _("By account")
    ENTERED = "entered", _("By entering the record")
    PAPER = "paper", _("On paper")
    PHONE = "phone", _("Told by telephone")
    DRAWN = "drawn", _("Drawn on the screen")
    SCANNED = "scanned", _("Scan of the hand-signed paper")


OWN = (Way.ACCOUNT, Way.ENTERED)  # with the own account: by giving the password once more, or by entering the record itself


@dataclass(frozen=True, slots=True)
class Slot:
    """One place to sign: what for, and by whom.

    `by` are the roles that sign here with their account, and may enter that it was signed on paper. A person `outside` the
    office has no account and signs on paper; where it may be `told`, what is said by telephone and written down counts too.
    Who enters the record signs the place `at_entry` by entering it, and is asked no password; the place says so. Whoever signed
    an earlier place may not sign one that is `apart`. A place that is `optional` holds nothing up, and one that is `asked` of some
    records alone is no place of the others. `person` is the field that names who is expected to sign. `rule` names the rules that
    it keeps.
    """

    name: str
    label: Message
    by: str
    outside: bool = False
    told: bool = False
    at_entry: bool = False
    apart: bool = False
    optional: bool = False
    asked: Callable[[Any], bool] | None = None
    person: str = ""
    clause: str = ""
    rule: str = ""

    def asked_of(self, row: Any) -> bool:
        """Whether it is a place of the record."""
        return self.asked is None or self.asked(row)

    def awaited(self, row: Any) -> bool:
        """Whether it holds up what comes after."""
        return not self.optional and self.asked_of(row)


KNOWN = "known signatures"  # in a session: what `look_up` found, by register and record


class Signature(Base):
    """One place of one record that was signed. It is withdrawn when the record is reopened, and never removed.

    `content` is the record as the signer saw it, as JSON, and `digest` its SHA-256: a later change shows. `ink` are the strokes
    of a drawn signature, `paper` the code of the issued paper that came back signed by hand. The content and the ink are
    personal and are erased when the retention of the record ends; the digest stays.
    """

    __tablename__ = "signature"
    __table_args__ = (Index("ix_signature_record", "register", "record_id"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    register: Mapped[str] = mapped_column(String(40))
    record_id: Mapped[int]
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    slot: Mapped[str] = mapped_column(String(40))
    way: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(80))
    role: Mapped[str] = mapped_column(String(40))
    account: Mapped[str] = mapped_column(String(80))
    signed_at: Mapped[datetime]
    entered_at: Mapped[datetime]
    entered_by: Mapped[str] = mapped_column(String(80))
    version: Mapped[int]
    withdrawn_at: Mapped[datetime | None]
    digest: Mapped[str] = mapped_column(String(64), default="", server_default="")
    content: Mapped[str | None] = mapped_column(Text)
    ink: Mapped[str | None] = mapped_column(Text)
    paper: Mapped[str] = mapped_column(String(16), default="", server_default="")


def look_up(session: Session, register: type[Register], ids: Sequence[int]) -> None:
    """Look up the signatures of some records together, so that `standing` asks no more for each: for a page that only reads."""
    if not register.slots or not ids:
        return
    known = session.info.setdefault(KNOWN, {})
    known |= {(register.key, each): {} for each in ids}
    theirs = (Signature.register == register.key, Signature.record_id.in_(ids), Signature.withdrawn_at.is_(None))
    for each in session.execute(select(Signature).where(*theirs)).scalars():
        known[register.key, each.record_id][each.slot] = each


def standing(row: Register) -> dict[str, Signature]:
    """The signatures of a record that stand, by the name of their place, in the order in which they were given."""
    session = object_session(row)
    if not type(row).slots or session is None or row.id is None:
        return {}
    if (known := session.info.get(KNOWN, {}).get((row.key, row.id))) is not None:
        return dict(known)
    mine = (Signature.register == row.key, Signature.record_id == row.id, Signature.withdrawn_at.is_(None))
    return {each.slot: each for each in session.execute(select(Signature).where(*mine).order_by(Signature.id)).scalars()}


def all_of(row: Register) -> list[Signature]:
    """All signatures of a record, withdrawn ones too, in the order in which they were given."""
    session = object_session(row)
    if session is None:
        return []
    mine = (Signature.register == row.key, Signature.record_id == row.id)
    return list(session.execute(select(Signature).where(*mine).order_by(Signature.id)).scalars())


def waiting(row: Register, before: str = "", signed: Mapping[str, Signature] | None = None) -> Slot | None:
    """The first place that must still be signed, of all or of those `before` the one of that name; `signed` are those that stand.

    A record that was taken over was closed elsewhere; nothing waits for its signatures.
    """
    if row.taken_over:
        return None
    signed = standing(row) if signed is None else signed
    for slot in type(row).slots:
        if slot.name == before:
            return None
        if slot.name not in signed and slot.awaited(row):
            return slot
    return None


def against(row: Register, slot: Slot) -> Message | None:
    """Why the current actor may not sign `slot` now, or enter that it was signed; `None` when nothing stands against it."""
    actor = actors.current()
    if actor is None or row.site_id not in actor.site_ids or not may_fill(row, slot, actor.role):
        return NOT_YOURS
    if row.voided_at is not None:
        return _("The record is void.")
    if not slot.asked_of(row):
        return _("This record has no such place to sign.")
    signed = standing(row)
    if slot.name in signed:
        return _("It is signed already.")
    earlier = waiting(row, slot.name, signed)
    return _("After “{slot}” is signed", slot=earlier.label) if earlier else None


def named_other(row: Register, slot: Slot) -> str:
    """Whom a record names as who signs `slot`, when that is not the current actor; nothing otherwise."""
    actor = actors.current()
    if not slot.person or actor is None or actor.role == CONSOLE or type(row).field(slot.person).kind not in ("person", "staff"):
        return ""
    named = str(row.get(slot.person) or "")
    return "" if actor.name in named else named


def signed_before(row: Register, slot: Slot) -> bool:
    """Whether the current actor signed another place of a record, so that somebody else signs one that is `apart`."""
    actor = actors.current()
    return slot.apart and actor is not None and actor.name in {each.name for each in standing(row).values()}


def touches_signed(row: Register) -> bool:
    """Whether what is being written into a record touches what somebody signed; who signed by entering it may still put it right."""
    attributes, signed = inspect(row).attrs, standing(row)
    touched = {key for key, field in type(row).fields().items() if attributes[field.column].history.has_changes()}
    contents = [signed[slot.name].content for slot in type(row).slots if slot.name in signed and not slot.at_entry]
    return any(touched & json.loads(each)["fields"].keys() for each in contents if each is not None)


def may_fill(row: Register, slot: Slot, role: str) -> bool:
    """Whether `role` signs a place with its account, or enters how it was signed."""
    holders = roles(slot.by)
    return bool(holders) if role == CONSOLE else granted(type(row), "read", role) and role in holders


def sign(
    row: Register, name: str, way: Way, now: datetime, *, person: str = "", signed_at: datetime | None = None,
    ink: str = "", paper: str = "",
) -> Signature:  # fmt: skip
    """Fill the place `name` of a record at the moment `now`, and keep what was signed.

    On paper and by telephone, `person` is who signed or spoke, and `signed_at` when; drawn, `person` drew `ink` now; `paper` is
    the code of the sheet that came back. Raises `Refused` when it may not be signed now, and `Invalid` when a name is missing, a
    moment is yet to come, or one person signs what two must.
    """
    slot, actor, session = type(row).signing_place(name), actors.current(), object_session(row)
    reason = against(row, slot) if slot else _("This form has no such place to sign.")
    if reason is not None or slot is None or actor is None or session is None:
        raise Refused(reason or NOT_YOURS, register=row.key, action=f"sign {name}", record_id=row.id)
    if (slot.outside and way in OWN) or (way == Way.PHONE and not slot.told) or (way == Way.DRAWN) != bool(ink):
        raise Refused(_("This place is not signed in that way."), register=row.key, action=f"sign {name}", record_id=row.id)
    by_account = way in OWN
    signer = actor.name if by_account else person.strip()
    moment = now if way in (*OWN, Way.DRAWN) or signed_at is None else signed_at
    _require_right(row, slot, signer, moment, now)
    content = signed_content(row)
    signature = Signature(
        register=row.key, record_id=row.id, site_id=row.site_id, slot=name, way=way.value, name=signer,
        role=actor.role if by_account else "", account=actor.username if by_account else "",
        signed_at=moment, entered_at=now, entered_by=actor.name, version=row.version, withdrawn_at=None,
        digest=digest_of(content), content=content, ink=ink or None, paper=paper,
    )  # fmt: skip
    session.add(signature)
    _forget(session, row)
    entry = audit.Entry("signed", now, register=row.key, record_id=row.id, number=row.number, site_id=row.site_id)
    entry.details = {"slot": name, "way": way.value, "signed_at": moment, "version": row.version, "digest": signature.digest}
    entry.details |= {"ink": digest_of(ink)} if ink else {}
    entry.details |= {"code": paper} if paper else {}
    entry.changes = {"signer": (None, signer)}
    entry.personal = frozenset({"signer"}) if slot.outside else frozenset()
    audit.tell(session, entry)
    return signature


def signed_content(row: Register) -> str:
    """What a record says, as one text to be signed: number and every field that is filled, the state and the system's own left out."""
    fields = type(row).fields().values()
    values = {each.key: audit.plain(value) for each in fields if each.kind != "state" and (value := row.get(each.key)) is not None}
    return json.dumps({"register": row.key, "number": row.number, "fields": values}, ensure_ascii=False, sort_keys=True, default=str)


def digest_of(content: str) -> str:
    """The SHA-256 of a text, in hexadecimal."""
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()


def changed_since(row: Register, signature: Signature) -> dict[str, tuple[Any, Any]]:
    """What stood in a record when it was signed and stands there no more, by field key: then and now, as plain values.

    What was empty then may have been filled since without anything signed being changed.
    """
    then, now = _versions(row, signature)
    return {key: (then[key], now.get(key)) for key in type(row).fields() if key in then and now.get(key) != then[key]}


def added_since(row: Register, signature: Signature) -> list[str]:
    """What was empty in a record when it was signed and was filled in since, as field keys; the system's own left out."""
    then, now = _versions(row, signature)
    return [key for key, field in type(row).fields().items() if key in now and key not in then and not field.system]


def _versions(row: Register, signature: Signature) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a record said when it was signed and what it says now, as plain values; nothing of a record that stands as it did."""
    if signature.content is None or signature.version == row.version:
        return {}, {}
    return json.loads(signature.content)["fields"], json.loads(signed_content(row))["fields"]


def _require_right(row: Register, slot: Slot, signer: str, moment: datetime, now: datetime) -> None:
    problems: dict[str, Message] = {}
    if not signer:
        problems["person"] = FILL_IN
    elif len(signer) > 80:
        problems["person"] = _("At most {most} characters; this has {n}.", most=80, n=len(signer))
    elif slot.apart and signer in {each.name for each in standing(row).values()}:
        problems["person"] = _("{name} has signed an earlier place; here another person signs.", name=signer)
    if moment > now:
        problems["signed_at"] = _("This has not come yet; enter what has happened.")
    elif moment < row.created_at and moment.date() < row.created_at.date():
        problems["signed_at"] = _("This is before the record was entered.")
    if problems:
        raise Invalid(problems)


def sign_entry(row: Register, now: datetime) -> None:
    """Let who enters a record sign the places that are signed by entering it, as far as their role may."""
    actor = actors.current()
    if actor is None or row.taken_over:
        return
    for slot in type(row).slots:
        if slot.at_entry and against(row, slot) is None:
            sign(row, slot.name, Way.ENTERED, now)


def withdraw(row: Register, now: datetime) -> None:
    """Take back all signatures of a record that is opened again: its places are signed anew."""
    for each in standing(row).values():
        each.withdrawn_at = now
    _forget(object_session(row), row)


def _forget(session: Session | None, row: Register) -> None:
    if session is not None:
        session.info.get(KNOWN, {}).pop((row.key, row.id), None)
