"""Papers that come back: scanned, found by their QR code, kept on their record, and the places on them filled."""

from __future__ import annotations

import io
import json
import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from PIL import Image
from sqlalchemy import select

from models.core.actor import acting
from models.core.attachments import Attachment
from models.core.audit import AuditEntry
from models.core.session import now
from models.core.signatures import Signature, Way
from models.keys import CustodyAuthorisation
from models.papers import IssuedPaper
from services import issuing
from services.display import Reader
from services.papers import forms
from tests.conftest import Clock
from tests.made_files import photo
from tests.make import make
from tests.office import Office


def printed(office: Office) -> tuple[CustodyAuthorisation, issuing.Issued]:
    """An authorisation that an owner signs by hand, and its form."""
    with office.acting_as("console") as session:
        row = make(session, CustodyAuthorisation)
    with office.app.app_context(), acting(office.actor("cs_supervisor")), office.apart() as session:
        again = session.get_one(CustodyAuthorisation, row.id)
        manuscript = forms.form(session, again, office.site, Reader("cs_supervisor", "zh", office.reader_zone))
        session.rollback()
        return row, issuing.issue(manuscript, "zh")


def scanned(pdf: bytes, kind: str = "JPEG") -> bytes:
    """The first page as it comes from a scanner: a grey picture, a little turned, of two hundred dots to the inch."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "page.pdf"
        file.write_bytes(pdf)
        subprocess.run(["pdftoppm", "-r", "200", "-gray", "-f", "1", "-l", "1", "-png", file, file.with_suffix("")], check=True)
        picture = Image.open(next(Path(folder).glob("*.png"))).rotate(1.5, fillcolor=255)
        out = io.BytesIO()
        picture.save(out, kind)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PDF"])
@pytest.mark.one_database
def test_a_scan_finds_its_record_by_the_code_on_it(office: Office, kind: str) -> None:
    row, paper = printed(office)
    browser = office.client_as("cs_supervisor")
    assert row.number in browser.get("/returns/").get_data(as_text=True)
    sent = {"file": (io.BytesIO(scanned(paper.pdf, kind)), f"扫描.{kind.lower()}")}
    answer = browser.post("/returns/", sent, content_type="multipart/form-data")
    assert answer.headers["Location"] == f"/returns/{paper.code}/"
    assert row.number not in browser.get("/returns/").get_data(as_text=True).partition("<table")[2]
    with office.apart() as session:
        kept = session.execute(select(IssuedPaper)).scalar_one()
        (hung,) = session.execute(select(Attachment).where(Attachment.record_id == row.id)).scalars()
        entry = session.execute(select(AuditEntry).where(AuditEntry.kind == "paper_returned")).scalar_one()
    assert (kept.scan, kept.returned_by) == (hung.sha256, office.accounts["cs_supervisor"].name)
    assert json.loads(entry.payload)["details"]["code"] == paper.code


def test_who_signed_on_the_paper_is_entered_place_by_place(office: Office) -> None:
    row, paper = printed(office)
    browser = office.client_as("cs_supervisor")
    browser.post("/returns/", {"file": (io.BytesIO(scanned(paper.pdf)), "扫描.jpg")}, content_type="multipart/form-data")
    place = next(slot for slot in CustodyAuthorisation.slots if slot.outside)
    at = (now() - timedelta(minutes=1)).astimezone(office.reader_zone).strftime("%Y-%m-%dT%H:%M")
    earlier = CustodyAuthorisation.slots[: CustodyAuthorisation.slots.index(place) + 1]
    filled = {f"{slot.name}.person": f"签名人{n}" for n, slot in enumerate(earlier)} | {f"{slot.name}.at": at for slot in earlier}
    answer = browser.post(f"/returns/{paper.code}/", filled)
    assert answer.headers["Location"] == f"/register/{row.key}/{row.id}/", answer.get_data(as_text=True)
    with office.apart() as session:
        signed = session.execute(select(Signature).where(Signature.record_id == row.id, Signature.slot == place.name)).scalar_one()
    assert (signed.way, signed.paper) == (Way.SCANNED.value, paper.code)
    assert "纸质签署扫描件" in browser.get(f"/register/{row.key}/{row.id}/").get_data(as_text=True)


@pytest.mark.one_database
def test_a_scan_without_a_code_asks_for_it_and_a_typed_one_is_enough(office: Office) -> None:
    _row, paper = printed(office)
    browser = office.client_as("cs_supervisor")

    def sent(code: str) -> dict:
        return {"file": (io.BytesIO(photo(size=(300, 200))), "照片.jpg"), "code": code}

    blank = browser.post("/returns/", sent(""), content_type="multipart/form-data")
    assert blank.status_code == 422 and "读不出二维码" in blank.get_data(as_text=True)
    wrong = browser.post("/returns/", sent("AAAA BBBB CCCC DDDD"), content_type="multipart/form-data")
    assert wrong.status_code == 422 and "AAAA BBBB" in wrong.get_data(as_text=True)
    assert browser.post("/returns/", sent(paper.code.lower()), content_type="multipart/form-data").status_code == 302
    again = browser.post("/returns/", sent(paper.code), content_type="multipart/form-data")
    assert again.status_code == 422 and "已经收回" in again.get_data(as_text=True)


@pytest.mark.one_database
@pytest.mark.parametrize("role", ["auditor", "admin", None])
def test_who_prints_nothing_takes_nothing_back(office: Office, role: str | None) -> None:
    assert office.client_as(role).get("/returns/").status_code == 403


@pytest.mark.one_database
def test_a_paper_that_was_printed_anew_since_is_not_waited_for_twice(office: Office, clock: Callable) -> None:
    row, _first = printed(office)
    with office.acting_as("cs_supervisor") as session:
        again = session.get_one(CustodyAuthorisation, row.id)
        again.remark = "另加一句"
    with office.app.app_context(), acting(office.actor("cs_supervisor")), office.apart() as session:
        manuscript = forms.form(
            session, session.get_one(CustodyAuthorisation, row.id), office.site, Reader("cs_supervisor", "zh", office.reader_zone)
        )
        session.rollback()
        second = issuing.issue(manuscript, "zh")
    page = office.client_as("cs_supervisor").get("/returns/").get_data(as_text=True)
    assert f"/v/{second.code}" in page and page.count("/v/") == 1


@pytest.mark.one_database
def test_a_copy_of_which_another_came_back_is_not_waited_for(office: Office, clock: Clock) -> None:
    row, chinese = printed(office)
    browser = office.client_as("cs_supervisor")
    assert browser.get(f"/register/{row.key}/{row.id}/print/?lang=en").status_code == 200
    assert browser.get("/returns/").get_data(as_text=True).count(f'href="/register/{row.key}/{row.id}/"') == 4  # two rows, wide and narrow
    clock.moment += timedelta(hours=1)
    sent = {"file": (io.BytesIO(photo(size=(300, 200))), "照片.jpg"), "code": chinese.code}
    assert browser.post("/returns/", sent, content_type="multipart/form-data").status_code == 302
    assert "<table" not in browser.get("/returns/").get_data(as_text=True)


@pytest.mark.one_database
def test_a_paper_that_was_lost_is_given_up_with_a_reason_that_stands_in_the_trail(office: Office) -> None:
    _row, paper = printed(office)
    browser, here = office.client_as("cs_supervisor"), f"/returns/{paper.code}/lost/"
    assert here in browser.get("/returns/").get_data(as_text=True)
    assert browser.post(here, {"reason": " "}).status_code == 422
    assert office.client_as("cs_supervisor.other").post(here, {"reason": "不是这里的"}).status_code == 403
    assert browser.post(here, {"reason": "业主遗失"}).headers["Location"] == "/returns/"
    assert "<table" not in browser.get("/returns/").get_data(as_text=True)
    with office.apart() as session:
        entry = session.execute(select(AuditEntry).where(AuditEntry.kind == "paper_given_up")).scalar_one()
    assert json.loads(entry.payload)["details"] == {"code": paper.code, "paper": "form", "reason": "业主遗失"}
