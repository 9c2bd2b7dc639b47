"""Checking a paper: the page that its QR code leads to, and the page where a PDF is laid beside what was issued. Open to everybody.

A stranger sees the least that serves: that such a paper was issued, when and by whom, and what tells of no person. People with an
account see what they may read of the record anyhow.
"""

from __future__ import annotations

import hmac
from datetime import datetime
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from flask import Blueprint, current_app, g, redirect, render_template, request, send_file
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound, TooManyRequests

import models
from models.core.access import Refused, granted
from models.core.message import Message, _
from models.core.places import Site
from models.core.signatures import standing
from models.papers import CODE, IssuedPaper
from models.people import User
from models.reports import StatisticalReport
from services import findings, issuing, verifying
from services.attachments.store import Lost
from services.database import db, only_read
from services.papers import forms, keeping
from services.papers.declared import declared
from services.papers.paper import Report
from services.papers.terms import Said, spoken
from services.reporting import since
from services.reporting.answers import Answers
from services.reporting.paper import of_today
from services.verifying import MOST_FILES, MOST_LOOKS, Proof

blueprint = Blueprint("verify", __name__)
HIDDEN = "＊＊＊"
MOST_ROWS = 200
WORDS: dict[str, tuple[Message, Message]] = {
    "identical": (_("Identical to what was issued"), _("This file is, to the byte, the paper that this house issued.")),
    "changed": (_("Changed since it was issued"), _("This file is not what this house issued. Do not rely on it.")),
    "foreign": (_("Not a paper of this house"), _("Nothing shows that this file comes from here. Do not rely on it.")),
}


@blueprint.route("/verify/", methods=("GET", "POST"))
def check() -> ResponseReturnValue:
    """Type the code of a sheet, or lay a PDF beside what was issued."""
    if code := request.args.get("code", ""):
        return redirect(f"/v/{quote(verifying.tidy(code)[:40], safe='')}")
    page: dict[str, Any] = {"title": str(_("Check a paper"))}
    if request.method == "GET":
        return render_template("verify.html", page=page)
    only_read()  # the check is told in a transaction of its own, and so is the count of a stranger's
    _limit("file", MOST_FILES)
    file = request.files.get("file")
    pdf = file.read() if file else b""
    if not pdf:
        return render_template("verify.html", page=page | {"error": str(_("Choose a PDF file first."))}), 422
    proof = verifying.proved(db.session(), pdf)
    number = proof.paper.id if proof.paper is not None else None
    db.session.rollback()
    verifying.tell(proof, stranger=g.shell.user is None)
    paper = db.session.get(IssuedPaper, number) if number is not None else None
    page["proof"] = _proof(proof)
    return render_template("verify.html", page=page | (_shown(paper) if paper is not None else {}))


@blueprint.get("/v/<code>")
def shown(code: str) -> ResponseReturnValue:
    """What was issued under a code, beside which the sheet in hand is laid."""
    if len(code) > CODE * 2:
        raise NotFound
    _limit("code", MOST_LOOKS)
    paper = verifying.found(db.session(), code)
    page: dict[str, Any] = {"title": str(_("Check a paper")), "asked": verifying.tidy(code)}
    if paper is None:
        return render_template("verify.html", page=page | {"unknown": True}), 404
    return render_template("verify.html", page=page | _shown(paper))


@blueprint.get("/v/<code>/file")
def file(code: str) -> ResponseReturnValue:
    """The very file that was issued, for those who may print the record."""
    paper = verifying.found(db.session(), code)
    if paper is None or not _reads(paper, "print"):
        raise NotFound
    try:
        issuing.file_of(paper)
    except Lost as lost:
        raise NotFound from lost
    path, number = issuing.store().path(paper.timed or paper.sha256), paper.id
    name = f"{paper.number or paper.book or paper.code}.pdf"
    db.session.rollback()
    issuing.given(number)
    return send_file(path, mimetype="application/pdf", download_name=name)


def _limit(what: str, most: int) -> None:
    """Let a stranger ask so often in a minute and no more: a code must not be guessed, and the server not be kept busy."""
    if g.shell.user is not None:
        return
    secret = current_app.secret_key
    key = secret.encode() if isinstance(secret, str) else secret or b""
    caller = hmac.new(key, (request.remote_addr or "").encode(), "sha256").hexdigest()[:32]
    if verifying.too_many(caller, what, most):
        raise TooManyRequests


def _reads(paper: IssuedPaper, action: str = "read") -> bool:
    """Whether who asks may do `action` in the register and at the site of a paper, and reads the names that stand on it."""
    user, role = g.shell.record, g.shell.role
    if user is None or paper.site_id not in {each.id for each in user.sites}:
        return False
    if paper.kind == findings.SHEET:
        return role in findings.READERS
    return granted(models.register(paper.register), action, role) and verifying.open_to(paper, role) and _reads_all(paper, user, role)


def _reads_all(paper: IssuedPaper, user: User, role: str) -> bool:
    """Whether who asks reads every register that a report counts, and belongs to every site of it."""
    content = issuing.shown(paper)
    sites = set(content.get("sites", ()))
    return sites <= {each.code for each in user.sites} and all(
        granted(models.register(key), "read", role) for key in content.get("reads", ())
    )


def _proof(proof: Proof) -> dict[str, Any]:
    title, meaning = WORDS[proof.word]
    return {
        "word": proof.word,
        "title": str(title),
        "meaning": str(meaning),
        "reasons": [str(each) for each in proof.reasons],
        "sha256": " ".join(proof.sha256[at : at + 8] for at in range(0, 64, 8)),
    }


def _shown(paper: IssuedPaper) -> dict[str, Any]:
    """What the page says of an issued paper: its facts, how it stands today, and what it shows."""
    session, site, reads = db.session(), db.session.get_one(Site, paper.site_id), _reads(paper)
    moment, today = _at(paper.issued_at, site), _today(paper)
    facts = [
        (_("Code of the paper"), " ".join(paper.code[at : at + 4] for at in range(0, CODE, 4))),
        (_("Which paper"), str(paper.title)),
        (_("No."), paper.number or paper.book),
        (_("Site"), site.named(g.shell.lang)),
        (_("Issued at"), f"{moment} {paper.issued_by}" if reads else moment),
        (_("Pages"), str(paper.pages)),
        (_("Seal"), str(_("Tamper-evident system seal")) + (f" {paper.level}" if paper.level else "")),
        (_("SHA-256"), " ".join(paper.sha256[at : at + 8] for at in range(0, 64, 8))),
    ]
    return {
        "facts": [(str(label), value) for label, value in facts if value],
        "notes": [str(each) for each in _notes(paper)],
        "unchanged": paper.record_id is not None and paper.destroyed_at is None,
        "figures": _figures(paper, site, today),
        "destroyed": paper.destroyed_at is not None,
        "limited": not reads,
        "file_url": f"/v/{paper.code}/file" if _reads(paper, "print") else "",
        "record_url": f"/register/{paper.register}/{paper.record_id}/" if reads and paper.record_id else "",
        "signed": _signed(paper, reads),
        **(_rows(paper, reads) if "columns" in issuing.shown(paper) else _lines(session, paper, site, reads, today)),
    }


def _at(moment: datetime, site: Site) -> str:
    return f"{moment.astimezone(ZoneInfo(site.timezone)):%Y-%m-%d %H:%M}"


def _notes(paper: IssuedPaper) -> list[Message]:
    """How a paper stands today."""
    session, notes = db.session(), []
    changed = verifying.changed_at(session, paper)
    if changed is not None:
        at = _at(changed, session.get_one(Site, paper.site_id))
        notes.append(_("The record was changed after this paper was issued: {at}.", at=at))
    later = verifying.newer(session, paper)
    if later is not None:
        notes.append(_("A later paper of the same kind was issued; its code begins with {code}.", code=later.code[:4]))
    if paper.destroyed_at is not None:
        told = {"day": _at(paper.destroyed_at, session.get_one(Site, paper.site_id))[:10], "list": paper.destroyed_by or "—"}
        said = _("Its retention has ended: it was destroyed on {day} by the approved list {list}. Its digest is kept.")
        notes.append(Message(said.text, **told))
    return notes


def _report(paper: IssuedPaper) -> StatisticalReport | None:
    """The report that was put forward, of which this is the paper, as long as it stands with the same figures."""
    if paper.register != StatisticalReport.key or paper.record_id is None or paper.kind != "report":
        return None
    row = db.session().get(StatisticalReport, paper.record_id)
    return row if row is not None and since.filed(row) and row.counted_at is not None and row.counted_at <= paper.issued_at else None


def _figures(paper: IssuedPaper, site: Site, today: Answers | None) -> list[str]:
    """What is said of the figures of a report: of when they are, and to who reads them how many are other ones today."""
    if paper.register != StatisticalReport.key or paper.kind == "form":
        return []
    row = _report(paper)
    moment = _at(row.counted_at if row is not None and row.counted_at else paper.issued_at, site)
    told = [
        _("Its figures are those of {moment}; what was entered or corrected in the registers after that is not in them.", moment=moment)
    ]
    if row is not None and today is not None:
        n = len(since.otherwise(row, today))
        told.append(_("{n} of its figures are other ones today; they are marked below.", n=n) if n else _("Today they are the same."))
    return [str(each) for each in told]


def _today(paper: IssuedPaper) -> Answers | None:
    """What a report counts at this moment, for who may print it and reads all that it counts."""
    row = _report(paper)
    try:
        return since.counted_now(db.session(), row) if row is not None and _reads(paper, "print") else None
    except Refused:
        return None


def _lines(session: Any, paper: IssuedPaper, site: Site, reads: bool, today: Answers | None) -> dict[str, Any]:
    """What a form, letter or certificate shows; for those who read the record, beside what it would show today."""
    present = _present(session, paper, site, today) if reads else None
    found = verifying.compared(paper, present) if present is not None else verifying.lines(paper)
    return {
        "lines": [
            {
                "label": _say(each.label),
                "value": _say(each.value) if reads or each.public else HIDDEN,
                "now": _say(each.now) or "—" if each.now is not None else None,
            }
            for each in found
        ]
    }


def _present(session: Any, paper: IssuedPaper, site: Site, today: Answers | None) -> dict[str, Any] | None:
    """What the same paper of the same record would show now, a report with the figures of `today`; nothing when nothing has changed."""
    if verifying.changed_at(session, paper) is None and today is None:
        return None
    row = session.get(models.register(paper.register), paper.record_id)
    if row is None or not _reads(paper, "print"):
        return None
    try:
        if paper.kind == "form":
            made = forms.form(session, row, site, g.shell.reader)
        else:
            made = declared(session, paper.kind, row, site, g.shell.reader)
    except Refused:
        return None  # the record is not any more as far as the paper certifies
    shown = made.paper
    if today is not None:
        assert isinstance(row, StatisticalReport) and isinstance(shown, Report)
        shown = of_today(row, shown, g.shell.reader, today)
    return keeping.content_of(shown)


def _signed(paper: IssuedPaper, reads: bool) -> list[dict[str, str]]:
    """Who had signed when the paper was issued, place by place; those who read the record also open what they signed."""
    row = db.session().get(models.register(paper.register), paper.record_id) if reads and paper.record_id is not None else None
    given = {str(slot.label): each for slot in type(row).slots if (each := standing(row).get(slot.name))} if row is not None else {}
    told = []
    for each in verifying.places(paper):
        label = _say(each.label)
        name = (each.name if reads else HIDDEN) if each.name else str(_("not signed"))
        url = f"/register/{paper.register}/{paper.record_id}/signed/{given[label].id}/" if label in given and each.name else ""
        told.append({"label": label, "who": name, "told": _say(each.told), "url": url})
    return told


def _rows(paper: IssuedPaper, reads: bool) -> dict[str, Any]:
    """The rows of a book as they were issued."""
    made = verifying.table(paper)
    shown = [index for index, public in enumerate(made.public) if reads or public]
    return {
        "heads": [_say(made.heads[index]) for index in shown],
        "rows": [(row.void, [_say(row.cells[index]) for index in shown]) for row in made.rows[:MOST_ROWS]],
        "more": max(0, len(made.rows) - MOST_ROWS),
    }


def _say(said: Said) -> str:
    return " ".join(text for _tongue, text in spoken(said, g.shell.lang))
