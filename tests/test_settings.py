"""The readings of the documents by site: their defaults, what a site puts there, who may, and what is told of it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

import models
from models.core import documents
from models.core.access import ROLES, Refused
from models.core.audit import AuditEntry
from models.core.deadlines import Clock as Hand
from models.core.message import _
from models.core.places import Site
from models.core.setting import Setting, SiteSetting, value
from models.core.validity import Invalid
from models.settings import (
    ARRIVAL,
    ARRIVAL_LATE,
    AT_ONCE,
    COVERAGE,
    KEY_LOAN,
    LEAD_TIME,
    NAME_LABEL,
    NEUTRAL,
    SETTINGS,
    TITLES,
    WINDOW,
    Coverage,
    setting,
)
from services import bookkeeping, site_settings
from services.conflicts import conflicts
from tests.conftest import Clock
from tests.make import make
from tests.office import ActingAs, ClientAs, Office
from tests.papers import words
from tests.rule import START
from tests.walk import said

KEYS = [each.key for each in SETTINGS]
IDS = [each.id for each in conflicts()]


def another(each: Setting) -> str:
    """A value that the setting may have and that is not its default, as it is typed."""
    match each.kind:
        case "tick":
            return "" if each.default else "1"
        case "pick":
            return next(str(choice.value) for choice in each.choices or () if choice != each.default)
        case "count":
            assert isinstance(each.default, int)
            return str(each.default - 1 if each.default > (each.least or 0) else each.most)
        case _:
            return "客服部经理"


def newest(acting_as: ActingAs, kind: str) -> dict[str, Any]:
    """What the newest entry of a kind says."""
    with acting_as("console") as session:
        wanted = select(AuditEntry).where(AuditEntry.kind == kind).order_by(AuditEntry.seq.desc()).limit(1)
        entry = session.execute(wanted).scalar_one()
        return {"actor": entry.actor, "site": entry.site_id, **json.loads(bytes(entry.payload))["details"]}


def there(office: Office, site: Site) -> Any:
    """A reader of what holds at a site."""

    def ask(each: Setting) -> Any:
        with office.acting_as("console") as session:
            return value(session, site.id, each)

    return ask


# What is declared --------------------------------------------------------------------------


def test_every_question_of_the_documents_is_known_with_its_reading() -> None:
    assert [f"C-{n:02}" for n in range(1, 37)] == IDS
    assert all(each.question and each.reading for each in conflicts())


def test_settings_have_keys_of_their_own_and_name_a_question_and_rules_that_there_are() -> None:
    assert len(set(KEYS)) == len(KEYS)
    assert all(len(key) <= SiteSetting.__table__.c.key.type.length for key in KEYS)  # type: ignore[attr-defined]
    assert {each.conflict for each in SETTINGS} - {""} <= set(IDS)
    assert {rule for each in SETTINGS for rule in each.rule.split()} <= documents.rule_ids()
    assert all(each.clause for each in SETTINGS)


def test_figures_that_no_document_gives_are_marked_as_the_products_own() -> None:
    assert AT_ONCE.ours
    assert WINDOW.ours
    assert LEAD_TIME["water"].ours
    assert not LEAD_TIME["pest"].ours, "Three days stand in the documents."
    assert not COVERAGE.ours
    assert LEAD_TIME["pest"].least == LEAD_TIME["pest"].default, "What the documents ask is not made less."


@pytest.mark.parametrize("key", KEYS)
def test_a_default_is_a_value_that_the_setting_may_have(key: str) -> None:
    each = setting(key)
    assert each.read(each.written(each.default)) == each.default
    assert str(each.said(each.default))


@pytest.mark.parametrize("typed", ["", "x", "-1", "1.5", "0", "241", "1" * 30, "十五"])
def test_a_figure_outside_its_bounds_is_refused_with_the_bounds(typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        AT_ONCE.read(typed)
    assert "240" in str(refused.value.problems["at_once"])


def test_a_choice_is_one_of_the_list_and_a_text_not_endless() -> None:
    assert COVERAGE.read("office+holiday+noon") is Coverage.BY_SHIFT
    for each, typed in ((COVERAGE, "sometimes"), (TITLES["quality"], "x" * 201)):
        with pytest.raises(Invalid):
            each.read(typed)
    with pytest.raises(Invalid):
        replace(AT_ONCE, most=None).read("0")
    assert NAME_LABEL.read("1") is True
    assert NAME_LABEL.read("") is False
    assert str(replace(AT_ONCE, unit=_("")).said(7)) == "7"


# By site -----------------------------------------------------------------------------------


@pytest.mark.parametrize("key", KEYS)
def test_a_site_chooses_for_itself_with_a_reason_and_no_other_is_touched(office: Office, acting_as: ActingAs, key: str) -> None:
    each, here, elsewhere = setting(key), there(office, office.site), there(office, office.other_site)
    assert here(each) == each.default
    typed = another(each)
    with acting_as("project_manager") as session:
        site_settings.change(session, office.site, each, typed, "公司规定")
    assert here(each) == each.read(typed) != each.default
    assert elsewhere(each) == each.default
    told = newest(acting_as, "setting_changed")
    assert told == {
        "actor": "project_manager",
        "site": office.site.id,
        "setting": key,
        "from": None,
        "to": each.written(each.read(typed)),
        "reason": "公司规定",
    }
    with acting_as("admin") as session:
        site_settings.give_back(session, office.site, each, "撤销")
    assert here(each) == each.default
    assert newest(acting_as, "setting_changed")["to"] is None
    with acting_as("console") as session:
        assert [(past.after, past.reason) for past in site_settings.past(session, office.site)[key]] == [
            (None, "撤销"),
            (told["to"], "公司规定"),
        ]


def test_a_setting_without_a_reason_or_out_of_bounds_is_not_changed(office: Office, acting_as: ActingAs) -> None:
    with acting_as("project_manager") as session:
        with pytest.raises(Invalid) as refused:
            site_settings.change(session, office.site, AT_ONCE, "0", " ")
        assert set(refused.value.problems) == {"at_once", "reason"}
        with pytest.raises(Invalid):
            site_settings.give_back(session, office.site, AT_ONCE, "")
    assert there(office, office.site)(AT_ONCE) == 15


def test_the_late_arrival_is_never_before_the_required_one(office: Office, acting_as: ActingAs) -> None:
    with acting_as("project_manager") as session:
        for each, typed in ((ARRIVAL, "9"), (ARRIVAL_LATE, "16")):
            with pytest.raises(Invalid) as refused:
                site_settings.change(session, office.site, each, typed, "x")
            assert set(refused.value.problems) == {each.key}
        site_settings.change(session, office.site, ARRIVAL, "20", "本公司要求")
        site_settings.change(session, office.site, ARRIVAL_LATE, "16", "本公司要求")
        with pytest.raises(Invalid):
            site_settings.give_back(session, office.site, ARRIVAL, "x")


@pytest.mark.parametrize("role", [role for role in ROLES if role not in ("admin", "project_manager")])
def test_nobody_else_changes_a_setting_and_the_attempt_is_told(client_as: ClientAs, acting_as: ActingAs, office: Office, role: str) -> None:
    browser = client_as(role)
    assert browser.get("/settings/").status_code == 200
    assert browser.get("/settings/at_once/").status_code == 403
    assert browser.post("/settings/at_once/", {"at_once": "30", "reason": "x"}).status_code == 403
    told = newest(acting_as, "refused")
    assert (told["actor"], told["action"]) == (role, "site_setting.at_once")
    with acting_as(role) as session, pytest.raises(Refused):
        site_settings.change(session, office.site, AT_ONCE, "30", "x")
    assert there(office, office.site)(AT_ONCE) == 15


def test_a_project_manager_chooses_for_no_other_site(office: Office, acting_as: ActingAs) -> None:
    with acting_as("project_manager") as session, pytest.raises(Refused):
        site_settings.change(session, office.other_site, AT_ONCE, "30", "x")


# Pages -------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_question_stands_on_the_page_with_its_place_and_reading(client_as: ClientAs, language: str) -> None:
    page = said(client_as("auditor", language).get("/settings/"))
    for each in IDS:
        assert f'id="{each}"' in page, each
    for key in KEYS:
        assert f'id="{key}"' in page, key
    assert ("产品默认值" if language == "zh" else "the product&#39;s default") in page
    assert "S1 4.3.1/4.4.1/4.7.2/4.10.1" in page
    assert "/settings/at_once/" not in page, "Who may not change it finds no button."


def test_a_setting_is_changed_on_its_page_and_told_below_it(client_as: ClientAs, office: Office) -> None:
    browser = client_as("project_manager")
    form = said(browser.get("/settings/at_once/"))
    assert "C-08" in form
    assert 'value="15"' in form
    done = browser.post("/settings/at_once/", {"at_once": "30", "reason": "公司要求半小时"})
    assert done.location == "/settings/#at_once"
    page = said(browser.get("/settings/"))
    assert "30 分钟" in page
    assert "默认：15 分钟" in page
    assert "公司要求半小时" in page
    browser.post("/settings/at_once/", {"at_once": "30", "default": "1", "reason": "恢复"})
    assert there(office, office.site)(AT_ONCE) == 15


def test_bad_input_is_told_and_nothing_typed_is_lost(client_as: ClientAs) -> None:
    answer = client_as("project_manager").post("/settings/at_once/", {"at_once": "9999", "reason": "公司要求"})
    assert answer.status_code == 422
    page = said(answer)
    assert "1 至 240" in page
    assert 'value="9999"' in page
    assert "公司要求" in page


def test_the_administrator_goes_from_site_to_site(client_as: ClientAs, office: Office) -> None:
    browser = client_as("admin")
    other = office.other_site.id
    page = said(browser.get(f"/settings/?site={other}"))
    assert f'href="/settings/at_once/?site={other}"' in page
    done = browser.post(f"/settings/at_once/?site={other}", {"at_once": "40", "reason": "x", "site": str(other)})
    assert done.location == f"/settings/?site={other}#at_once"
    assert there(office, office.other_site)(AT_ONCE) == 40
    assert there(office, office.site)(AT_ONCE) == 15
    for wrong in ("987654321", "x", "9" * 30):
        assert browser.get(f"/settings/?site={wrong}").status_code == 404
    assert browser.get("/settings/nothing/").status_code == 404


def test_a_site_that_is_not_the_readers_is_never_shown(client_as: ClientAs, office: Office) -> None:
    page = said(client_as("project_manager").get(f"/settings/?site={office.other_site.id}"))
    assert office.site.name in page
    assert office.other_site.name not in page


def test_a_change_is_read_in_words_in_the_trail(client_as: ClientAs) -> None:
    client_as("project_manager").post("/settings/coverage/", {"coverage": "office+holiday+noon", "reason": "夜间无人"})
    page = said(client_as("auditor").get("/audit/?kind=setting_changed"))
    assert "值班覆盖时间" in page
    assert "默认，24 小时" in page
    assert "办公时间、节假日和午间" in page


def test_a_new_survey_begins_with_what_the_site_counts_as_satisfied(client_as: ClientAs, office: Office, acting_as: ActingAs) -> None:
    def chosen(query: str = "") -> str:
        page = BeautifulSoup(said(client_as("cs_supervisor").get(f"/register/survey_batch/new/{query}")), "html.parser")
        return str(page.select_one('input[name="satisfied_means"][checked]')["value"])  # type: ignore[index]

    assert chosen() == "strict"
    with acting_as("project_manager") as session:
        site_settings.change(session, office.site, NEUTRAL, "1", "集团口径")
    assert chosen() == "with_neutral"
    assert chosen("?satisfied_means=strict") == "strict"


def test_a_post_is_called_at_its_signature_what_the_site_calls_it_on_screen_and_on_paper(
    client_as: ClientAs, office: Office, acting_as: ActingAs
) -> None:
    with acting_as("project_manager") as session:
        row = make(session, models.register("committee_query"))
        bookkeeping.move(session, row, "answer", {"answered_on": row.raised_on, "result": "已书面答复"})
        record = row.id
    browser, path = client_as("project_manager"), f"/register/committee_query/{record}/"
    assert "管理处主任" not in said(browser.get(path))
    with acting_as("project_manager") as session:
        site_settings.change(session, office.site, TITLES["project_manager"], "管理处主任", "本中心的叫法")
    assert "管理处主任" in said(browser.get(path))
    assert "管理处主任" in words(browser.get(f"{path}print/").data)


def test_a_length_that_is_changed_moves_the_open_clocks_of_that_site_alone(office: Office, clock: Clock) -> None:
    clock.put(START)
    with office.acting_as("cs_assistant") as session:
        borrow = make(session, models.register("key_borrow"), lent_at=START, expected_at=START + timedelta(hours=20))
        record_id = borrow.id
    with office.acting_as("project_manager") as session:
        site_settings.change(session, office.site, KEY_LOAN, "10", "钥匙当天归还")
    with office.acting_as("console") as session:
        moved = session.execute(select(Hand.due_at).where(Hand.register == "key_borrow", Hand.record_id == record_id)).scalar_one()
        assert moved == START + timedelta(hours=10)
    with office.acting_as("project_manager") as session:
        site_settings.give_back(session, office.site, KEY_LOAN, "恢复默认")
    with office.acting_as("console") as session:
        moved = session.execute(select(Hand.due_at).where(Hand.register == "key_borrow", Hand.record_id == record_id)).scalar_one()
        assert moved == START + timedelta(hours=20)
