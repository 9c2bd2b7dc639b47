"""What proves a signature: the password, the strokes, and what was signed; a later change shows, and both versions are read."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select

from models.complaints.complaint import Complaint
from models.core import signatures
from models.core.audit import AuditEntry
from models.core.signatures import Signature, Way
from models.core.validity import Invalid
from models.keys import CustodyAuthorisation
from models.outreach import Notice
from models.papers import IssuedPaper
from services import bookkeeping, ink
from services.display import Reader
from services.papers import forms
from services.papers.printing import painted
from tests.make import make
from tests.office import PASSWORD, Office
from tests.papers import picture, words

STROKES = [[[100, 200], [300, 80], [500, 320], [700, 100]], [[200, 350], [800, 340]]]
DRAWN = json.dumps(STROKES)
OUTSIDE = next(slot for slot in CustodyAuthorisation.slots if slot.outside)
BEFORE = CustodyAuthorisation.slots[: CustodyAuthorisation.slots.index(OUTSIDE)]


@pytest.fixture
def row(office: Office) -> Any:
    """An authorisation of which the owner signs next."""
    with office.acting_as("console") as session:
        made = make(session, CustodyAuthorisation, collectors=None)
        for slot in BEFORE:
            if slot.name not in signatures.standing(made):
                bookkeeping.sign(session, made, slot.name, Way.PAPER, person="先签的人")
    return made


def drawn(office: Office, row: Any) -> Signature:
    """The owner draws on the screen of the supervisor."""
    with office.acting_as("cs_supervisor") as session:
        again = session.get_one(CustodyAuthorisation, row.id)
        return bookkeeping.sign(session, again, OUTSIDE.name, Way.DRAWN, person="黄业主", ink=ink.checked(DRAWN))


def test_an_owner_draws_on_the_screen_and_it_stands_on_the_page_and_on_the_paper(office: Office, row: Any) -> None:
    browser = office.client_as("cs_supervisor")
    here = f"/register/{row.key}/{row.id}/"
    assert "data-pad" in browser.get(f"{here}sign/{OUTSIDE.name}/?way=drawn").get_data(as_text=True)
    answer = browser.post(f"{here}sign/{OUTSIDE.name}/", {"way": "drawn", "person": "黄业主", "ink": DRAWN})
    assert answer.status_code == 302, answer.get_data(as_text=True)
    assert ink.data_address(ink.checked(DRAWN)) in browser.get(here).get_data(as_text=True)
    with office.acting_as("cs_supervisor") as session:
        again = session.get_one(CustodyAuthorisation, row.id)
        signed = forms.form(session, again, office.site, Reader("cs_supervisor", "zh", office.reader_zone)).paper
    assert any(place.picture.startswith(b"<svg") for place in signed.signatures)
    with office.apart() as session:
        entry = session.execute(select(AuditEntry).where(AuditEntry.kind == "signed").order_by(AuditEntry.seq.desc())).scalars().first()
        assert entry is not None
        details = json.loads(entry.payload)["details"]
        kept = session.execute(select(Signature).where(Signature.slot == OUTSIDE.name)).scalar_one()
    assert details["ink"] == signatures.digest_of(kept.ink or "") and details["digest"] == kept.digest


@pytest.mark.one_database
def test_drawn_ink_is_seen_on_the_paper_by_both_readers(office: Office, row: Any) -> None:
    def paper() -> bytes:
        with office.acting_as("cs_supervisor") as session:
            again = session.get_one(CustodyAuthorisation, row.id)
            return painted(forms.form(session, again, office.site, Reader("cs_supervisor", "zh", office.reader_zone)).paper, "zh")

    before = paper()
    drawn(office, row)
    after = paper()
    assert "屏幕手写" in words(after)
    for tool in ("poppler", "mupdf"):
        dark = [sum(1 for shade in picture(each, 1, tool, 100).convert("L").tobytes() if shade < 128) for each in (before, after)]
        assert dark[1] > dark[0] + 100


@pytest.mark.one_database
@pytest.mark.parametrize(
    "sent",
    ["", "[]", "[[[1,1]]]", "[[[1,1],[2,2]]]", "<svg onload=alert(1)>", '[[["1","2"],[900,300]]]', "[[[0,0],[1000,401]]]",
     "[[[0.5,1],[900,300]]]", "[[[0,0],[true,400]]]", json.dumps([[[0, 0], [900, 300]]] * 99), "{}", "null", "[" * 5000],
)  # fmt: skip
def test_a_tap_and_whatever_is_no_strokes_is_no_signature(office: Office, row: Any, sent: str) -> None:
    with pytest.raises(Invalid):
        ink.checked(sent)
    answer = office.client_as("cs_supervisor").post(
        f"/register/{row.key}/{row.id}/sign/{OUTSIDE.name}/", {"way": "drawn", "person": "黄业主", "ink": sent}
    )
    assert answer.status_code == 422 and "黄业主" in answer.get_data(as_text=True)


def test_ink_cannot_be_passed_off_as_another_way_of_signing(office: Office, row: Any) -> None:
    with office.acting_as("cs_supervisor") as session:
        again = session.get_one(CustodyAuthorisation, row.id)
        for way, strokes in ((Way.DRAWN, ""), (Way.PAPER, DRAWN)):
            with pytest.raises(PermissionError):
                bookkeeping.sign(session, again, OUTSIDE.name, way, person="黄业主", ink=strokes)


def test_a_change_after_signing_shows_and_both_versions_are_read(office: Office, row: Any) -> None:
    signed = drawn(office, row)
    browser = office.client_as("cs_supervisor")
    here = f"/register/{row.key}/{row.id}/"
    assert "签署后有改动" not in browser.get(here).get_data(as_text=True)
    assert "没有改动" in browser.get(f"{here}signed/{signed.id}/").get_data(as_text=True)
    with office.acting_as("cs_supervisor") as session:
        again = session.get_one(CustodyAuthorisation, row.id)
        key = next(each for each in CustodyAuthorisation.editable_keys() if CustodyAuthorisation.field(each).kind in ("line", "text"))
        old = again.get(key)
        bookkeeping.correct(session, again, {key: "改成了别的"}, again.version, "写错了")
    assert "签署后有改动" in browser.get(here).get_data(as_text=True)
    page = browser.get(f"{here}signed/{signed.id}/").get_data(as_text=True)
    assert "现为：改成了别的" in page and (not old or str(old) in page)


def written_in(office: Office, row: Any, **values: str | None) -> None:
    """The supervisor writes into the record."""
    with office.acting_as("cs_supervisor") as session:
        again = session.get_one(CustodyAuthorisation, row.id)
        bookkeeping.correct(session, again, values, again.version, "写错了")


def on_paper(office: Office, row: Any, lang: str = "zh") -> str:
    """What the form of the record says when it is printed now."""
    with office.acting_as("cs_supervisor") as session:
        again = session.get_one(CustodyAuthorisation, row.id)
        paper = forms.form(session, again, office.site, Reader("cs_supervisor", "zh", office.reader_zone)).paper
    return "".join(words(painted(paper, lang)).split())


def test_a_paper_says_beside_a_signature_what_was_changed_and_what_was_filled_in_after_it(office: Office, row: Any) -> None:
    signed = drawn(office, row)
    at = signed.signed_at.astimezone(office.reader_zone).strftime("%Y-%m-%d%H:%M")
    here = f"“{OUTSIDE.label.say('zh')}”于{at}签署。"
    filled_in = f"{here}签署后补填、未经签署：{CustodyAuthorisation.field('collectors').label.say('zh')}"
    changed = f"{here}签署后改动：{CustodyAuthorisation.field('hardship').label.say('zh')}。所签内容与现内容均可凭本纸编码查阅"
    assert here not in on_paper(office, row)
    written_in(office, row, collectors="后来补的人")
    said = on_paper(office, row)
    assert filled_in in said and changed not in said
    written_in(office, row, hardship="改成了别的")
    said = on_paper(office, row)
    assert "签署后有改动" in said and filled_in in said and changed in said
    assert "Changedafteritwassigned" in on_paper(office, row, "both")


def test_what_was_signed_is_changed_with_a_reason_alone_and_what_was_empty_is_filled_in_without(office: Office, row: Any) -> None:
    drawn(office, row)
    browser = office.client_as("cs_supervisor")
    with office.acting_as("cs_supervisor") as session:
        again = session.get_one(CustodyAuthorisation, row.id)
        bookkeeping.correct(session, again, {"collectors": "后来补的人"}, again.version)
    with pytest.raises(Invalid) as refused, office.acting_as("cs_supervisor") as session:
        again = session.get_one(CustodyAuthorisation, row.id)
        bookkeeping.correct(session, again, {"hardship": "改成了别的"}, again.version)
    assert list(refused.value.problems) == ["reason"]
    assert "改成了别的" not in browser.get(f"/register/{row.key}/{row.id}/").get_data(as_text=True)


def test_who_signs_sees_what_is_signed_on_the_page(office: Office, row: Any) -> None:
    for way in ("drawn", "paper"):
        page = office.client_as("cs_supervisor").get(f"/register/{row.key}/{row.id}/sign/{OUTSIDE.name}/?way={way}").get_data(as_text=True)
        assert "所签内容" in page and row.hardship in page and row.requirements.split("\n")[0] in page


def test_where_the_record_names_somebody_nobody_else_signs_by_account(office: Office) -> None:
    with office.acting_as("cs_assistant") as session:
        number = make(session, Complaint, handler=office.accounts["engineering"].name).id
    with office.acting_as("project_manager") as session:
        bookkeeping.sign(session, session.get_one(Complaint, number), "plan", Way.ACCOUNT)
    here = f"/register/complaint/{number}/"
    other = office.client_as("cs_supervisor")
    page = other.get(here).get_data(as_text=True)
    assert f"{here}sign/handler/?way=paper" in page and f"{here}sign/handler/?way=account" not in page
    said = other.post(f"{here}sign/handler/", {"way": "account", "password": PASSWORD}, follow_redirects=True).get_data(as_text=True)
    assert f"此处署名为{office.accounts['engineering'].name}" in said
    answer = office.client_as("engineering").post(f"{here}sign/handler/", {"way": "account", "password": PASSWORD})
    assert answer.status_code == 302
    with office.apart() as session:
        signed = session.execute(select(Signature).where(Signature.slot == "handler")).scalar_one()
    assert signed.account == "engineering"


def test_the_page_of_a_code_names_who_had_signed_and_leads_to_what_was_signed(office: Office, row: Any) -> None:
    signed = drawn(office, row)
    browser, here = office.client_as("cs_supervisor"), f"/register/{row.key}/{row.id}/"
    assert browser.get(f"{here}print/?lang=zh").status_code == 200
    with office.apart() as session:
        code = session.execute(select(IssuedPaper.code)).scalar_one()
    page = browser.get(f"/v/{code}").get_data(as_text=True)
    assert f'<a href="{here}signed/{signed.id}/">黄业主</a>' in page and "屏幕手写" in page
    stranger = office.client_as(None).get(f"/v/{code}").get_data(as_text=True)
    assert "黄业主" not in stranger and "屏幕手写" in stranger


def test_what_is_kept_of_a_signature_cannot_be_exchanged_unseen(office: Office, row: Any) -> None:
    signed = drawn(office, row)
    with office.acting_as("console") as session:
        session.get_one(Signature, signed.id).content = '{"fields": {"remark": "另一份"}}'
    page = office.client_as("cs_supervisor").get(f"/register/{row.key}/{row.id}/signed/{signed.id}/").get_data(as_text=True)
    assert "摘要不一致" in page


def test_five_wrong_passwords_at_signing_lock_the_account_and_end_its_sessions(office: Office) -> None:
    with office.acting_as("cs_assistant") as session:
        number = make(session, Complaint).id
    manager = office.client_as("project_manager")
    here = f"/register/complaint/{number}/sign/plan/"
    answers = [manager.post(here, {"way": "account", "password": "wrong"}).status_code for _ in range(5)]
    assert answers == [422] * 5
    assert manager.post(here, {"way": "account", "password": PASSWORD}).status_code == 403
    with office.apart() as session:
        kinds = [each.kind for each in session.execute(select(AuditEntry).order_by(AuditEntry.seq)).scalars()]
    assert kinds.count("confirmation_failed") == 5 and "locked_out" in kinds and "signed" not in kinds


def test_a_step_that_signs_asks_the_password_and_keeps_what_was_typed(office: Office) -> None:
    with office.acting_as("cs_supervisor") as session:
        row = make(session, Notice, subject="reminder")
        notice, version = row.id, row.version
    browser, here = office.client_as("cs_supervisor"), f"/register/notice/{notice}/step/approve/"
    assert 'name="password"' in browser.get(here).text
    for password in ("", "wrong"):
        answer = browser.post(here, {"password": password, "version": version})
        assert answer.status_code == 422 and 'id="field-password"' in answer.text
        with office.apart() as session:
            assert not session.execute(select(Signature).where(Signature.register == "notice", Signature.slot == "approver")).all()
    assert browser.post(here, {"password": PASSWORD, "version": version}).status_code == 302
    with office.apart() as session:
        signed = session.execute(select(Signature).where(Signature.register == "notice", Signature.slot == "approver")).scalar_one()
    assert signed.way == Way.ACCOUNT


def test_a_step_whose_place_is_signed_already_asks_no_password(office: Office) -> None:
    with office.acting_as("cs_supervisor") as session:
        notice = make(session, Notice, subject="reminder")
        bookkeeping.sign(session, notice, "approver", Way.PAPER, person="周敏")
        record = notice.id
    assert 'name="password"' not in office.client_as("cs_supervisor").get(f"/register/notice/{record}/step/approve/").text
