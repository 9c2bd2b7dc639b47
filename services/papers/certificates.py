"""Certificates: what one record proves once it is as far as the certificate says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from models.complaints import Complaint
from models.core.access import Refused
from models.core.message import Message, _
from models.core.places import Site
from models.core.register import Register
from models.core.session import now
from services.bookkeeping import require
from services.display import Reader
from services.papers.forms import about_record
from services.papers.manuscript import Manuscript
from services.papers.paper import Cell, Certificate, Signature
from services.papers.pen import Pen, cell, common, pair


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of certificate: of which register, when it may be issued, what stands on it.

    `facts` and `writing` are field keys of the ruled cells above and below the sentence; `dated`
    is the field that keeps the day which the certificate bears.
    """

    title: Message
    register: type[Register]
    clause: str
    ready: Callable[[Any], bool]
    not_ready: Message
    facts: str
    writing: str
    sentence: Message
    signed_by: tuple[Message, ...]
    dated: str


CERTIFICATES: dict[str, Kind] = {
    # REP-14
    "closure": Kind(
        title=_("Complaint closure certificate"),
        register=Complaint,
        clause="S1 4.7.3, 4.12.2b",
        ready=lambda row: row.voided_at is None and row.state in (Complaint.State.ANSWERED, Complaint.State.CLOSED),
        not_ready=_("The complaint is not answered yet: the closure certificate is printed when the result was told to the resident."),
        facts="number received_at house complainant phone channel subject",
        writing="content result handler handled_at reply_mode answered_at opinion satisfied",
        sentence=_("The complaint above has been handled and the result told to the resident, who states an opinion and signs below."),
        signed_by=(_("Handled by"), _("Resident"), _("Supervisor's review"), _("Service-centre manager's opinion")),
        dated="closed_at",
    )
}


def certificate(session: Session, kind: str, row: Register, site: Site, reader: Reader) -> Manuscript:
    """A certificate of `kind` about a record.

    Raises `KeyError` for an unknown kind, and `Refused` without the right or when the record is not so far.
    """
    made = CERTIFICATES[kind]
    register = type(row)
    require(register, "print", row)
    if register is not made.register or not made.ready(row):
        raise Refused(made.not_ready, register=row.key, action="certificate", record_id=row.id)
    pen = Pen(reader)

    def cells(keys: str) -> tuple[Cell, ...]:
        return tuple(cell(register.field(key), pen.said(row, key), row.get(key), ticked=False) for key in keys.split())

    keys = f"{made.facts} {made.writing}".split()
    dated = (getattr(row, made.dated) or now()).astimezone(reader.zone).date()
    paper = Certificate(
        number=row.number,
        facts=cells(made.facts),
        parts=(("", "", cells(made.writing)),),
        paragraphs=(pair(made.sentence),),
        signed_by=tuple(Signature(*pair(place)) for place in made.signed_by),
        issued_at=dated,
        created=row.created_at,
        **common(session, made.title, site, reader, masked=pen.masks(register, keys)),
    )
    return about_record(paper, row, kind, made.title, returns=True)
