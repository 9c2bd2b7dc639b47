"""The survey engine: who is asked, the forms that go out and come back one after the other, and the count of a topic."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models.core import signatures
from models.core.access import Refused
from models.core.actor import acting
from models.core.house_number import building_key
from models.core.validity import Invalid
from models.houses import Household
from models.jobs import Job, JobState
from models.papers import IssuedPaper
from models.survey import SatisfactionForm, SurveyBatch
from services import bookkeeping, issuing
from services.jobs.asking import ask
from services.jobs.performing import perform
from services.papers.printing import painted
from services.reactions.survey import sheet_of
from services.surveying import entry, printing
from services.surveying.entry import Filled
from services.surveying.issuing import chosen, issue
from services.surveying.sampling import House, drawn, rank, sample
from tests.make import make
from tests.office import Office
from tests.papers import assert_archival, words
from tests.registers.surveyed import COMING, DAYS, LIVED_IN, inhabited, plan, read, sent


@pytest.fixture
def books(session: Session, clock: Any) -> Session:
    """The books of a site where twenty households live, in three buildings."""
    return inhabited(session)


# Who is asked ------------------------------------------------------------------------------

HOUSES = st.lists(st.tuples(st.integers(1, 9), st.integers(101, 140)), unique=True, max_size=60)


@given(HOUSES, st.integers(0, 70), st.integers(0, 999_999), st.randoms())
def test_a_sample_is_drawn_again_with_its_seed_in_whatever_order_the_list_is_read(
    flats: list[tuple[int, int]], many: int, seed: int, shuffling: Any
) -> None:
    houses = [House(f"{building}-{flat}", f"{building}栋{flat}") for building, flat in flats]
    first = drawn(houses, many, seed)
    shuffling.shuffle(houses)
    assert drawn(houses, many, seed) == first
    assert len(first) == len(set(first)) == min(many, len(houses))


@given(HOUSES, st.integers(1, 60), st.integers(0, 999_999))
def test_every_building_gives_its_share_to_less_than_one_household_and_those_of_the_lowest_ranks(
    flats: list[tuple[int, int]], many: int, seed: int
) -> None:
    houses = [House(f"{building}-{flat}", "") for building, flat in flats]
    taken = {each.key for each in drawn(houses, many, seed)}
    for building, whole in Counter(each.building for each in houses).items():
        mine = sorted((each.key for each in houses if each.building == building), key=lambda key: rank(seed, key))
        chosen_here = [key for key in mine if key in taken]
        assert abs(len(chosen_here) - min(many, len(houses)) * whole / len(houses)) < 1
        assert chosen_here == mine[: len(chosen_here)]


def test_the_rank_of_a_house_is_what_anybody_reckons_again() -> None:
    assert rank(261105, "3-2-1202") == hashlib.sha256(b"261105:3-2-1202").hexdigest()


def test_all_occupied_houses_are_asked_once_in_the_order_of_a_walk(books: Session, office: Office) -> None:
    survey = plan(books, office)
    found = sample(books, survey)
    assert (found.occupied, [each.written for each in found.houses]) == (len(LIVED_IN), LIVED_IN)
    forms = sent(books, survey)
    assert [each.house for each in forms] == LIVED_IN
    assert [each.number[-5:] for each in forms] == [f"{n:05}" for n in range(1, len(LIVED_IN) + 1)]
    with pytest.raises(Invalid):
        chosen(books, survey, sample(books, survey).digest)


def test_a_random_sample_is_spread_and_its_rest_is_drawn_from_those_not_asked(books: Session, office: Office) -> None:
    survey = plan(books, office, sampling="random", sample_size=10)
    assert survey.seed is not None
    found = sample(books, survey)
    assert Counter(building_key(each.key) for each in found.houses) == {"1": 6, "2": 3, "10": 1}
    assert found.digest == sample(books, survey).digest
    first = {each.house for each in sent(books, survey)}
    bookkeeping.correct(books, survey, {"sample_size": 14}, survey.version, "扩大样本")
    more = sample(books, survey)
    assert len(more.houses) == 4 and not first & {each.written for each in more.houses}


def test_a_sample_that_is_no_longer_what_was_shown_is_not_issued(books: Session, office: Office) -> None:
    survey = plan(books, office)
    shown = sample(books, survey).digest
    make(books, Household, house="2栋1单元0901")
    with pytest.raises(Invalid):
        chosen(books, survey, shown)


def test_forms_go_out_once_the_plan_is_confirmed(books: Session) -> None:
    survey = bookkeeping.enter(books, SurveyBatch, 1, {"title": "年度调查", **DAYS})
    assert isinstance(survey, SurveyBatch)
    with pytest.raises(Refused):
        chosen(books, survey, sample(books, survey).digest)


def test_a_house_gets_one_form_of_a_survey_until_that_is_void(books: Session, office: Office) -> None:
    survey = plan(books, office)
    form = issue(books, survey, ["1栋1单元0101"])[0]
    with pytest.raises(Invalid) as invalid:
        issue(books, survey, ["1-1-101"])
    assert set(invalid.value.problems) == {"house"}
    bookkeeping.void(books, form, "遗失")
    assert issue(books, survey, ["1-1-101"])
    assert issue(books, plan(books, office, title="另一次调查"), ["1栋1单元0101"])


def test_numbered_copies_go_to_nobody_by_name(books: Session, office: Office) -> None:
    with pytest.raises(Invalid) as invalid:
        plan(books, office, sampling="copies")
    assert set(invalid.value.problems) == {"sample_size"}
    books.rollback()
    forms = sent(books, plan(books, office, sampling="copies", sample_size=7))
    assert [each.house for each in forms] == [None] * 7


@pytest.mark.one_database
def test_many_forms_are_issued_by_a_job_that_skips_who_got_one_meanwhile(books: Session, office: Office) -> None:
    survey = plan(books, office)
    with office.acting_as("front_desk") as session:
        number = ask(session, "issue_forms", site_id=office.site.id, survey=survey.id, houses=LIVED_IN).id
    issue(books, survey, LIVED_IN[3:5])
    books.commit()
    with office.app.app_context():
        perform(number)
    with office.apart() as session:
        assert session.get_one(Job, number).state == JobState.DONE
    books.expire_all()
    assert sorted(books.execute(select(SatisfactionForm.house)).scalars()) == sorted(LIVED_IN)  # type: ignore[type-var]


# Coming back -------------------------------------------------------------------------------


def test_a_form_is_found_by_number_by_the_end_of_it_and_by_what_a_scanner_types(books: Session, office: Office) -> None:
    survey = plan(books, office)
    form = sent(books, survey)[2]
    for typed in (form.number, form.number.lower(), f" http://10.0.0.7:8000/survey/f/{form.number} "):
        assert entry.form_of(books, typed) is form
    for end in ("3", "00003", "０００３"):
        assert entry.form_of(books, end, survey.id) is form and entry.form_of(books, end, site_id=1) is form
    assert entry.form_of(books, "3") is None and entry.form_of(books, "DC-TEST-2026-99999", survey.id) is None


def test_the_end_of_a_number_that_two_forms_bear_opens_neither_and_names_both(books: Session, office: Office, clock: Any) -> None:
    old = sent(books, plan(books, office, sampling="copies", sample_size=3))
    clock.go_on(days=365)
    later = sent(books, plan(books, office, title="下一年", sampling="copies", sample_size=2, **COMING))
    browser = office.client_as("front_desk")
    books.commit()
    asked = browser.get("/survey/entry/?form=00002")
    assert asked.status_code == 422 and all(each[1].number in asked.text for each in (old, later))
    assert f'class="num">{old[2].number}<' in browser.get("/survey/entry/?form=00003").text
    mine = browser.get(f"/survey/entry/?form=00002&survey={later[0].get('survey')}")
    assert mine.status_code == 200 and later[1].number in mine.text


def test_the_next_form_is_the_next_that_is_out_and_the_first_behind_the_last(books: Session, office: Office) -> None:
    survey = plan(books, office)
    forms = sent(books, survey)
    read(books, forms[1], "satisfied")
    assert entry.next_out(books, survey.id, forms[0].id) is forms[2]
    assert entry.next_out(books, survey.id, forms[-1].id) is forms[0]


def test_what_is_read_off_stands_in_the_books_and_can_be_put_right_until_it_is_checked(books: Session, office: Office) -> None:
    form = sent(books, plan(books, office))[0]
    entry.save(books, form, Filled({0: "very_satisfied", 10: "neutral"}, opinion="路灯太暗"), form.version)
    assert (form.state, form.courtesy, form.reception, form.overall, form.opinion) == (
        "entered",
        "very_satisfied",
        None,
        "neutral",
        "路灯太暗",
    )
    entry.save(books, form, Filled({0: "satisfied", 10: "neutral"}), form.version)
    assert (form.courtesy, form.opinion) == ("satisfied", None)
    assert entry.read_off(books, form).answers == {0: "satisfied", 10: "neutral"}
    assert form.house == LIVED_IN[0]


def test_what_was_spoilt_when_it_came_back_counts_only_once_it_is_entered_anew(books: Session, office: Office) -> None:
    form = sent(books, plan(books, office))[0]
    read(books, form, "satisfied", spoilt="两处同勾")
    for step in ("check", "leave_blank"):
        with pytest.raises(Refused):
            bookkeeping.move(books, form, step, {})
    bookkeeping.move(books, form, "enter_anew", {})
    read(books, form, "satisfied")
    assert (form.state, form.spoilt_reason) == (SatisfactionForm.State.VALID, None)


def test_a_form_that_answers_nothing_is_blank_and_what_is_written_on_it_is_gathered(books: Session, office: Office) -> None:
    survey = plan(books, office)
    forms = sent(books, survey)
    entry.save(books, forms[0], Filled({}, opinion="路灯太暗"), forms[0].version)
    with pytest.raises(Refused):
        bookkeeping.move(books, forms[0], "check", {})
    bookkeeping.move(books, forms[0], "leave_blank", {})
    read(books, forms[1], "satisfied")
    bookkeeping.move(books, survey, "end", {})
    counted: Any = sheet_of(books, survey.id)
    assert (counted.returned, counted.valid, counted.opinions) == (2, 1, [{"form": forms[0].number, "opinion": "路灯太暗"}])


# On paper ----------------------------------------------------------------------------------


@pytest.fixture
def reader(office: Office) -> Iterator[Any]:
    """Who prints."""
    from services.display import Reader

    return Reader("console", "zh", office.reader_zone)  # type: ignore[return-value]


@pytest.mark.one_database
@pytest.mark.parametrize("lang", ["zh", "en", "both"])
def test_each_form_that_is_out_is_a_sheet_under_its_number(books: Session, office: Office, reader: Any, lang: str) -> None:
    survey = plan(books, office)
    forms = sent(books, survey)
    read(books, forms[0], "satisfied")
    ids = printing.out(books, survey)
    with office.app.app_context():
        made = printing.questionnaires(books, survey, office.site, ids, reader)
        pdf = painted(made.paper, lang)
    assert_archival(pdf, lang)
    assert issuing.pages_in(pdf) == len(ids) == len(LIVED_IN) - 1
    said = re.sub(r"\s+", "", words(pdf))
    assert all(form.number in said for form in forms[1:]) and forms[0].number not in said
    for side, word in ((0, "投诉处理与回访"), (1, "Complaintsandfollow-up")):
        assert (said.count(word) == len(ids)) == (lang in (("zh", "both"), ("en", "both"))[side])


@pytest.mark.one_database
def test_the_code_of_a_sheet_leads_to_its_entry_and_one_number_is_printed_alone(books: Session, office: Office, reader: Any) -> None:
    survey = plan(books, office)
    form = sent(books, survey)[4]
    with office.app.app_context():
        paper: Any = printing.questionnaires(books, survey, office.site, printing.out(books, survey, form.number), reader).paper
    assert [each.number for each in paper.copies] == [form.number]
    browser = office.client_as("front_desk")
    answer = browser.get("/" + paper.copies[0].address.split("/", 3)[3], follow_redirects=True)
    assert answer.status_code == 200 and form.number in answer.text and LIVED_IN[4] in answer.text


@pytest.mark.one_database
def test_a_whole_survey_is_printed_by_a_job_as_one_file(books: Session, office: Office) -> None:
    survey = plan(books, office)
    sent(books, survey)
    mine = survey.id
    books.commit()
    with office.acting_as("cs_supervisor") as session:
        number = ask(session, "print_questionnaires", site_id=office.site.id, survey=mine, lang="both").id
    with office.app.app_context():
        perform(number)
    answer = office.client_as("cs_supervisor").get(f"/jobs/{number}/file")
    with office.apart() as session:
        issued = session.execute(select(IssuedPaper)).scalars().one()
        assert (issued.register, issued.record_id, issued.pages) == ("survey_batch", mine, len(LIVED_IN))
    assert answer.data.startswith(b"%PDF-") and len(answer.data) == issued.bytes


# On the page -------------------------------------------------------------------------------


@pytest.mark.one_database
def test_a_stack_is_entered_without_scripts_and_what_is_refused_stays(books: Session, office: Office) -> None:
    survey = plan(books, office)
    forms = sent(books, survey)
    mine, (first, second), version = survey.id, (each.number for each in forms[:2]), forms[0].version
    told = {"id": str(forms[0].id), "version": "9", "q0": "very_satisfied", "opinion": "楼道太暗"}
    books.commit()
    browser = office.client_as("front_desk")
    assert first in browser.get(f"/survey/entry/?survey={mine}").text
    refused = browser.post("/survey/entry/", data=told)
    assert refused.status_code == 422 and "楼道太暗" in refused.text
    assert re.search(r'name="q0" value="very_satisfied"[^>]* checked', refused.text)
    longer = {"opinion": "暗" * 20_040, "respondent": "长" * 120, "version": str(version)}
    cut = browser.post("/survey/entry/", data=told | longer)
    assert cut.status_code == 422 and longer["opinion"] in cut.text and f'value="{longer["respondent"]}"' in cut.text
    assert "maxlength" not in cut.text and "现有20040个字" in cut.text and "现有120个字" in cut.text
    saved = browser.post("/survey/entry/", data=told | {"version": str(version)})
    assert saved.status_code == 302
    following = browser.get(saved.headers["Location"])
    assert f'value="{second}"' in following.text
    assert office.client_as("auditor").get("/survey/entry/").status_code == 403
    assert office.client_as("project_manager").post("/survey/entry/", data=told).status_code == 403
    books.expire_all()
    assert (forms[0].state, forms[0].collected_by) == ("entered", office.accounts["front_desk"].name)


@pytest.mark.one_database
def test_who_ends_a_survey_is_told_how_many_forms_it_writes_off(books: Session, office: Office) -> None:
    survey = plan(books, office)
    forms = sent(books, survey)
    read(books, forms[0], "satisfied")
    mine, out = f"/register/survey_batch/{survey.id}/step/end/", f"还有 {len(forms) - 1} 份问卷未收回"
    browser = office.client_as("cs_supervisor")
    books.commit()
    page = browser.get(mine).text
    assert out in page
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version is not None
    browser.post(mine, data={"version": version[1]})
    books.expire_all()
    assert [form.state for form in forms[1:]] == ["missing"] * (len(forms) - 1)


def test_who_draws_up_a_plan_signs_it_as_its_maker_and_the_manager_settles_it(books: Session, office: Office) -> None:
    with acting(office.actor("cs_supervisor", office.site)):
        survey = bookkeeping.enter(books, SurveyBatch, 1, {"title": "年度调查", **DAYS})
    with acting(office.actor("project_manager", office.site)):
        bookkeeping.move(books, survey, "issue", {})
    signed = {name: each.name for name, each in signatures.standing(survey).items()}
    assert signed == {"maker": office.accounts["cs_supervisor"].name, "design": office.accounts["project_manager"].name}


@pytest.mark.one_database
def test_a_house_whose_number_names_no_building_is_named_and_waits(books: Session, office: Office) -> None:
    for house in ("101", "5"):  # such stand in books that were kept before a house number had to name its building
        row = make(books, Household, house=f"9栋{house}")
        said = update(Household.__table__).where(Household.id == row.id).values(house=house, house_key=house)
        books.connection().execute(said)
    survey = plan(books, office)
    found = sample(books, survey)
    assert (found.occupied, len(found.houses), [each.written for each in found.unnamed]) == (22, 20, ["5", "101"])
    assert "房号未写楼栋，暂不发放：5、101。" in office.client_as("front_desk").get(f"/survey/{survey.id}/").text
    assert [form.house for form in sent(books, survey)] == LIVED_IN


@pytest.mark.one_database
def test_whoever_hashes_what_the_page_shows_draws_the_same_houses(books: Session, office: Office) -> None:
    survey = plan(books, office, sampling="random", sample_size=6, seed=47)
    browser = office.client_as("cs_assistant")
    page = browser.get(f"/survey/{survey.id}/").text
    shown = dict(re.findall(r"(\d+栋\S+) \(([-0-9a-z]+)\)", page))
    assert set(shown) == {each.written for each in sample(books, survey).houses}
    living = {house: "-".join(str(int(part)) for part in re.findall(r"\d+", house)) for house in LIVED_IN}
    assert shown.items() <= living.items(), "What is hashed is made of the house number as the page says."
    for building in {key.split("-")[0] for key in shown.values()}:
        ranked = sorted(
            (hashlib.sha256(f"47:{key}".encode()).hexdigest(), house) for house, key in living.items() if key.split("-")[0] == building
        )
        drawn_here = {house for house, key in shown.items() if key.split("-")[0] == building}
        assert {house for _rank, house in ranked[: len(drawn_here)]} == drawn_here


@pytest.mark.one_database
def test_the_sample_is_shown_and_issued_from_its_page(books: Session, office: Office) -> None:
    survey = plan(books, office, sampling="random", sample_size=6, seed=4711)
    browser = office.client_as("cs_assistant")
    page = browser.get(f"/survey/{survey.id}/").text
    houses = [each.written for each in sample(books, survey).houses]
    assert "“4711:房号”" in page and all(house in page for house in houses)
    shown = re.search(r'name="shown" value="(\w+)"', page)
    assert shown is not None
    books.commit()
    assert browser.post(f"/survey/{survey.id}/issue/", data={"shown": "0" * 16}).status_code == 302
    assert not books.execute(select(SatisfactionForm.id)).all()
    books.commit()
    browser.post(f"/survey/{survey.id}/issue/", data={"shown": shown[1]})
    assert list(books.execute(select(SatisfactionForm.house).order_by(SatisfactionForm.id)).scalars()) == houses
    books.commit()
    printed = browser.post(f"/survey/{survey.id}/print/", data={"lang": "zh"})
    assert printed.mimetype == "application/pdf" and issuing.pages_in(printed.data) == 6
