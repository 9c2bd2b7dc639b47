"""Whether a paper is one of ours and still what was issued: by its code, as it stands on the sheet, or by its file.

The three words: `identical` to what was issued; `changed`, and how; `foreign`. A code alone proves only that such a paper was
issued, so what is stored of it is shown beside: whoever holds the sheet compares.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import delete, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from models.core.message import Message, _
from models.core.register import REGISTERS
from models.core.session import note, now
from models.core.share import share
from models.papers import CheckCount, IssuedPaper
from services import issuing
from services.database import apart, writing
from services.papers import keeping
from services.papers.pen import pair
from services.papers.terms import Said, joined

SENTENCES = {
    "recipient": _("To whom"), "paragraphs": _("Paragraph"), "plainly": _("Said plainly"), "deed": _("For what"),
    "enclosures": _("Enclosure"), "issued": _("Dated"),
}  # fmt: skip
ALONE = ("recipient", "issued")
BLANKS = re.compile(r"[\s\-–]")
LOOKS_LIKE = str.maketrans("ILOU", "110V")  # what is read wrongly off a sheet; U is never given
SCOPE = timedelta(minutes=1)
MOST_LOOKS, MOST_FILES = 30, 10  # of one stranger in a minute


@dataclass(frozen=True, slots=True)
class Proof:
    """What is said of one file: the verdict on its bytes, the paper that it is or claims to be."""

    word: str
    reasons: tuple[Message, ...]
    sha256: str
    code: str = ""
    paper: IssuedPaper | None = None
    sealed_at: datetime | None = None
    trusted_time: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that a paper shows: its label, what stood there when it was issued, and what stands there now, when that differs."""

    label: Said
    value: Said
    public: bool
    now: Said | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """One row of a book as it was issued, and whether it was void then."""

    cells: list[Said]
    void: bool


@dataclass(frozen=True, slots=True)
class Place:
    """A place to sign as it stands on a paper: what for, who signed, on which day and how; unsigned ones name nobody."""

    label: Said
    name: str
    told: Said


@dataclass(slots=True)
class Table:
    """The rows of a book as it was issued."""

    heads: list[Said] = field(default_factory=list)
    public: list[bool] = field(default_factory=list)
    rows: list[Shown] = field(default_factory=list)


def tidy(code: str) -> str:
    """A code as it was typed off a sheet, without blanks and with what looks alike put right."""
    return BLANKS.sub("", code).upper().translate(LOOKS_LIKE)


def found(session: Session, code: str) -> IssuedPaper | None:
    """The issued paper that bears a code."""
    return session.execute(select(IssuedPaper).where(IssuedPaper.code == tidy(code))).scalar_one_or_none()


def proved(session: Session, pdf: bytes) -> Proof:
    """What a file proves: compared with what was issued, else by its seal."""
    from services.sealing.checking import check, claimed_code
    from services.sealing.opening import ours

    digest = hashlib.sha256(pdf).hexdigest()
    same = or_(IssuedPaper.sha256 == digest, IssuedPaper.timed == digest)
    paper = session.execute(select(IssuedPaper).where(same)).scalars().first()
    if paper is None:
        claimed = claimed_code(pdf)
        paper = found(session, claimed) if claimed else None
    issued = [each for each in (paper.sha256, paper.timed) if each] if paper is not None else []
    verdict = check(pdf, issued_digest=issued, ours=ours(current_app.config["SETTINGS"]), at=now())
    at = paper.issued_at if paper is not None and digest in issued else verdict.sealed_at
    return Proof(verdict.word.value, tuple(verdict.reasons), digest, paper.code if paper else "", paper, at, verdict.trusted)


def tell(proof: Proof, *, stranger: bool) -> None:
    """Write a check of a file into the trail, in a transaction of its own."""
    details = {"verdict": proof.word, "sha256": proof.sha256, "code": proof.code}
    facts = {"site_id": proof.paper.site_id, "register": proof.paper.register} if proof.paper is not None else {}
    with writing(), apart() as session:
        note(session, "paper_checked", details=details, **facts, **({"actor": "stranger"} if stranger else {}))
        session.commit()


def open_to(paper: IssuedPaper, role: str) -> bool:
    """Whether `role` may see a paper as it was issued: it reads the names of customers that stand on it."""
    return keeping.open_to(issuing.shown(paper), paper.register, role)


def lines(paper: IssuedPaper) -> list[Line]:
    """What a form, a letter or a certificate shows, label by label."""
    return _lines(issuing.shown(paper))


def compared(paper: IssuedPaper, present: dict[str, Any]) -> list[Line]:
    """The same beside what the record would show now; only what differs bears both."""
    values = {str(each.label): each.value for each in _lines(present)}
    return [
        Line(each.label, each.value, each.public, other if (other := values.get(str(each.label), "")) != each.value else None)
        for each in lines(paper)
    ]


def places(paper: IssuedPaper) -> list[Place]:
    """The places to sign of a paper, as they were signed when it was issued."""
    found = [each for each in issuing.shown(paper).get("signed_by") or () if isinstance(each, dict)]
    return [Place(_said([each["zh"], each.get("en", "")]), each.get("name", ""), _signed(each)) for each in found]


def table(paper: IssuedPaper) -> Table:
    """The rows of a book as it was issued."""
    content, made = issuing.shown(paper), Table()
    for column in content.get("columns", ()):
        made.heads.append(_said([column["zh"], column.get("en", "")]))
        made.public.append(bool(column.get("public")))
    made.rows = [Shown([_said(cell) for cell in row["cells"]], bool(row.get("void"))) for row in content.get("rows", ())]
    return made


def changed_at(session: Session, paper: IssuedPaper) -> datetime | None:
    """When the record of a paper was last changed after the paper was issued; `None` when it still stands so."""
    if paper.record_id is None or not issuing.changed_since(session, paper):
        return None
    columns = REGISTERS[paper.register].__table__.c
    moment = session.connection().execute(select(columns.updated_at).where(columns.id == paper.record_id)).scalar()
    return moment if isinstance(moment, datetime) else None


def newer(session: Session, paper: IssuedPaper) -> IssuedPaper | None:
    """The paper of the same kind that was issued of the same record or book later, if any."""
    like = [IssuedPaper.register == paper.register, IssuedPaper.site_id == paper.site_id, IssuedPaper.kind == paper.kind]
    like += [IssuedPaper.language == paper.language, IssuedPaper.id > paper.id, IssuedPaper.book == paper.book]
    like += [IssuedPaper.record_id == paper.record_id if paper.record_id is not None else IssuedPaper.record_id.is_(None)]
    if paper.kind == "selection":
        return None
    return session.execute(select(IssuedPaper).where(*like).order_by(IssuedPaper.id.desc())).scalars().first()


def too_many(caller: str, what: str, most: int) -> bool:
    """Count one more check of a stranger in this minute, and say whether there were too many; `caller` is no address but its digest."""
    minute = now().replace(second=0, microsecond=0)
    with writing(), apart() as session:
        session.execute(delete(CheckCount).where(CheckCount.minute < minute - SCOPE))
        insert: Any = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}[session.get_bind().dialect.name]
        counted = insert(CheckCount).values(minute=minute, caller=f"{what} {caller}", count=1)
        session.execute(counted.on_conflict_do_update(index_elements=["minute", "caller"], set_={"count": CheckCount.count + 1}))
        mine = select(func.sum(CheckCount.count)).where(CheckCount.caller == f"{what} {caller}", CheckCount.minute == minute)
        many = session.execute(mine).scalar() or 0
        session.commit()
    return int(many) > most


def _lines(content: dict[str, Any]) -> list[Line]:
    """What the sentences and the labelled cells of a content say."""
    shown: list[Line] = []
    for key, label in SENTENCES.items():
        told = content.get(key) or []
        parts = [told] if key in ALONE else told
        for n, each in enumerate(parts, 1) if told else ():
            zh, en = pair(label)
            shown.append(Line((f"{zh} {n}", f"{en} {n}") if len(parts) > 1 else (zh, en), _said(each), public=False))
    _gather(content, shown)
    for block in content.get("blocks", ()):
        shown += _tallies(block)
    return shown


def _tallies(block: dict[str, Any]) -> Iterator[Line]:
    """The lines of a block of a report; one whose label tells of a house or a record is called by its place, and not public."""
    title, heads = _said(block["title"]), [_said(each) for each in block["headings"]]
    for n, line in enumerate(block["lines"], 1):
        public, label = bool(line.get("public", True)), _said(line["label"])
        told = [(head, _amount(cell)) for head, cell in zip(heads[1:], line["cells"], strict=False)]
        zh, en = (_counts(told, lang) for lang in ("zh", "en"))
        name = label if public else str(n)
        about = f"{joined(title, 'zh')} · {joined(name, 'zh')}", f"{joined(title, 'en')} · {joined(name, 'en')}"
        yield Line(about, (zh, en) if public else (f"{joined(label, 'zh')}；{zh}", f"{joined(label, 'en')}; {en}"), public=public)


def _counts(told: list[tuple[Said, Said]], lang: str) -> str:
    """The cells of a line, each behind its heading."""
    return ("；" if lang == "zh" else "; ").join(f"{joined(head, lang)} {joined(said, lang)}".replace("\n", " ") for head, said in told)


def _amount(cell: dict[str, Any]) -> Said:
    """A number, a rate with its numerator and denominator, or words."""
    if (n := cell.get("n")) is None:
        return _said(cell.get("words", ""))
    return f"{n:,}" if (of := cell.get("of")) is None else share(n, of) or "—"


def _signed(place: dict[str, Any]) -> Said:
    """The day and the way of a signature, and whether what was signed was changed before the paper was issued."""
    day, told = place.get("day", ""), [_said(each) for each in (place.get("way"), place.get("later")) if each]
    zh, en = (" ".join([day, *(joined(each, tongue) for each in told)]).strip() for tongue in ("zh", "en"))
    return zh, en


def _gather(value: Any, shown: list[Line]) -> None:
    """The labelled cells of a content, wherever they stand in it."""
    if isinstance(value, list):
        for each in value:
            _gather(each, shown)
    elif isinstance(value, dict):
        if value.get("is") == "Cell" and (value.get("zh") or value.get("en")):
            shown.append(Line(_said([value["zh"], value.get("en", "")]), _value(value), bool(value.get("public"))))
        else:
            for each in value.values():
                _gather(each, shown)


def _value(cell: dict[str, Any]) -> Said:
    if ticked := [_said([zh, en]) for zh, en, chosen in cell.get("boxes", ()) if chosen]:
        return "、".join(joined(each, "zh") for each in ticked), ", ".join(joined(each, "en") for each in ticked)
    if (rows := cell.get("table")) is not None:
        told = [" ".join(joined(_value(each), "zh") for each in line) for line in rows.get("lines", ())]
        return "\n".join(told)
    return _said(cell.get("value", ""))


def _said(value: Any) -> Said:
    return (value[0], value[1]) if isinstance(value, list) else value
