"""The survey engine: who is asked, the forms that go out and come back one after the other, and the count of a topic."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from models.core.access import Refused
from models.core.actor import acting
from models.core.house_number import building_key
from models.core.validity import Invalid
from models.houses import Household
from models.jobs import Job, JobState
from models.papers import IssuedPaper
from models.survey import SatisfactionForm, SurveyBatch, TopicQuestionnaire
from services import bookkeeping, issuing
from services.jobs.asking import ask
from services.jobs.performing import perform
from services.papers.printing import painted
from services.surveying import entry, printing
from services.surveying.entry import Filled
from services.surveying.issuing import chosen, issue
from services.surveying.sampling import House, drawn, rank, sample
from tests.make import make
from tests.office import Office
from tests.papers import assert_archival, words

DAYS = {"planned_on": date(2026, 1, 5), "starts_on": date(2026, 1, 10), "ends_on": date(2026, 2, 10)}
LIVED_IN = [
    f"{building}栋1单元{storey:02}0{flat}"
    for building, storeys in ((1, 6), (2, 3), (10, 1))
    for storey in range(1, storeys + 1)
    for flat in (1, 2)
]
ASKED = [{"question": "是否同意加装充电桩", "kind": "single", "option": option, "note": None} for option in ("同意", "不同意")] + [
    {"question": "迫切程度", "kind": "score", "option": None, "note": None},
    {"question": "建议", "kind": "open", "option": None, "note": None},
]


@pytest.fixture
def books(session: Session, clock: Any) -> Session:
    """The books of a site where twenty households live, in three buildings."""
    for house in LIVED_IN:
        make(session, Household, house=house, householder=f"住户{house}")
    make(session, Household, house="1栋1单元0101", householder="合租人")
    gone = make(session, Household, house="3栋1单元0101")
    bookkeeping.move(session, gone, "move_out", {"moved_out_on": gone.moved_in_on})
    session.commit()
    return session


def plan(books: Session, office: Office, **over: Any) -> SurveyBatch:
    """A survey whose plan is confirmed."""
    row = bookkeeping.enter(books, SurveyBatch, 1, {"title": "2026年度满意度调查", **DAYS} | over)
    assert isinstance(row, SurveyBatch)
    with acting(office.actor("project_manager", office.site)):
        bookkeeping.move(books, row, "issue", {})
    books.commit()
    return row


def sent(books: Session, survey: SurveyBatch) -> list[Any]:
    """The forms of the sample that is shown, issued."""
    houses = chosen(books, survey, sample(books, survey).digest)
    made = issue(books, survey, [each.written for each in houses])
    books.commit()
    return made


def read(books: Session, form: Any, *answers: str, **rest: str) -> None:
    """What was read off a form is entered, and checked when it counts."""
    entry.save(books, form, Filled(dict(enumerate(answers)), **rest), form.version)
    if "spoilt" not in rest:
        bookkeeping.move(books, form, "check", {})
    books.commit()


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
    bookkeeping.correct(books, survey, {"sample_size": 14}, survey.version)
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
    assert entry.form_of(books, "3", survey.id) is form
    assert entry.form_of(books, "3") is None and entry.form_of(books, "DC-TEST-2026-99999", survey.id) is None


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


# A topic -----------------------------------------------------------------------------------


@pytest.fixture
def topic(books: Session, office: Office) -> TopicQuestionnaire:
    """A questionnaire whose forms have come back: three say something, one is spoilt, the rest stays away."""
    survey = bookkeeping.enter(books, SurveyBatch, 1, {"title": "充电桩", "kind": "topic", **DAYS})
    told = {"topic": "充电桩", "audience": "全体业主", "held_on": date(2026, 1, 5), "survey": survey.id, "questions": ASKED}
    row = bookkeeping.enter(books, TopicQuestionnaire, 1, told)
    assert isinstance(row, TopicQuestionnaire) and isinstance(survey, SurveyBatch)
    with acting(office.actor("project_manager", office.site)):
        bookkeeping.move(books, survey, "issue", {})
    books.commit()
    assert row.state == TopicQuestionnaire.State.ISSUED
    forms = sent(books, survey)
    read(books, forms[0], "同意", "5", "费用公开")
    read(books, forms[1], "同意", "4")
    read(books, forms[2], "", "2")
    read(books, forms[3], "不同意", spoilt="两处同勾")
    bookkeeping.move(books, forms[3], "reject", {"spoilt_reason": "两处同勾"})
    books.commit()
    return row


def lines_of(row: TopicQuestionnaire) -> dict[tuple[str, str | None], int]:
    """How often each option was chosen."""
    return {(line["question"], line["option"]): line["chosen"] for line in row.counts or ()}


def test_a_topic_is_counted_from_its_forms_as_plain_sql_counts_them(books: Session, topic: TopicQuestionnaire, office: Office) -> None:
    assert (topic.issued, topic.returned, topic.valid) == (len(LIVED_IN), 4, 3)
    each = "json_each(f.answers)" if books.get_bind().dialect.name == "sqlite" else "json_array_elements(f.answers)"
    said = "json_extract(e.value, '$.{}')" if books.get_bind().dialect.name == "sqlite" else "e.value ->> '{}'"
    columns = f"{said.format('question')}, {said.format('answer')}, count(*)"
    asked = f"SELECT {columns} FROM satisfaction_form f, {each} e WHERE f.state = 'valid' GROUP BY 1, 2"
    plain = {(question, answer): n for question, answer, n in books.execute(text(asked))}
    counted = {key: n for key, n in lines_of(topic).items() if n and key[1]}
    assert counted == {key: n for key, n in plain.items() if key[0] != "建议"}
    assert lines_of(topic)["建议", None] == 1
    assert next(line["rate"] for line in topic.counts or () if line["option"] == "同意") == "2/2"
    assert topic.words is None
    survey = books.get_one(SurveyBatch, topic.get("survey"))
    bookkeeping.move(books, survey, "end", {})
    assert [line["answer"] for line in topic.words or ()] == ["费用公开"]
    bookkeeping.move(books, topic, "count", {"conclusion": "多数同意"})
    assert topic.state == TopicQuestionnaire.State.COUNTED


def test_nobody_types_the_count_of_a_topic(books: Session, topic: TopicQuestionnaire) -> None:
    with pytest.raises(Refused):
        bookkeeping.move(books, topic, "count", {"conclusion": "多数同意"})
    assert not {"issued", "returned", "valid", "counts", "words"} & set(TopicQuestionnaire.editable_keys())


def test_a_form_answers_what_its_survey_asks_and_nothing_else(books: Session, topic: TopicQuestionnaire) -> None:
    survey = books.get_one(SurveyBatch, topic.get("survey"))
    form = entry.next_out(books, survey.id)
    assert form is not None
    for wrong in (
        [{"question": "天气", "answer": "好"}],
        [{"question": "迫切程度", "answer": "6"}],
        [{"question": "建议", "answer": "甲"}] * 2,
    ):
        with pytest.raises(Invalid) as invalid:
            bookkeeping.move(books, form, "take_in", {"answers": wrong})
        assert set(invalid.value.problems) == {"answers"}
        books.rollback()


def test_questions_stand_once_they_are_answered_and_belong_to_one_survey(books: Session, topic: TopicQuestionnaire) -> None:
    with pytest.raises(Invalid) as invalid:
        bookkeeping.correct(books, topic, {"questions": ASKED[:2]}, topic.version)
    assert set(invalid.value.problems) == {"questions"}
    books.rollback()
    told = {"topic": "再问", "audience": "全体业主", "survey": topic.get("survey"), "questions": ASKED}
    with pytest.raises(Invalid) as invalid:
        bookkeeping.enter(books, TopicQuestionnaire, 1, told)
    assert set(invalid.value.problems) == {"survey"}


@pytest.mark.parametrize(
    "lines",
    [
        [{"question": "甲", "kind": "single", "option": "一", "note": None}],
        [{"question": "甲", "kind": "single", "option": None, "note": None}] * 2,
        [
            {"question": "甲", "kind": "open", "option": None, "note": None},
            *ASKED[:2],
            {"question": "甲", "kind": "open", "option": None, "note": None},
        ],
        [
            {"question": "甲", "kind": "open", "option": None, "note": None},
            {"question": "甲", "kind": "score", "option": None, "note": None},
        ],
    ],
)
def test_a_question_that_cannot_be_answered_is_not_asked(books: Session, lines: list[dict[str, Any]]) -> None:
    survey = bookkeeping.enter(books, SurveyBatch, 1, {"title": "充电桩", "kind": "topic", **DAYS})
    with pytest.raises(Invalid) as invalid:
        bookkeeping.enter(books, TopicQuestionnaire, 1, {"topic": "甲", "audience": "乙", "survey": survey.id, "questions": lines})
    assert set(invalid.value.problems) == {"questions"}


# The count ---------------------------------------------------------------------------------


def test_mean_scores_are_those_of_plain_sql_and_few_forms_have_none(books: Session, office: Office) -> None:
    survey = plan(books, office)
    forms = sent(books, survey)
    sheet = books.execute(text("SELECT overall_mean FROM satisfaction_statistics WHERE survey_id = :id").bindparams(id=survey.id))
    grades = ("very_satisfied", "satisfied", "satisfied", "neutral", "dissatisfied", "very_dissatisfied")
    for form, grade in zip(forms, grades, strict=False):
        read(books, form, *[""] * 10, grade)
    score = "CASE overall WHEN 'very_satisfied' THEN 5 WHEN 'satisfied' THEN 4 WHEN 'neutral' THEN 3 WHEN 'dissatisfied' THEN 2 ELSE 1 END"
    asked = f"SELECT avg({score} * 1.0) FROM satisfaction_form WHERE state = 'valid' AND overall IS NOT NULL"
    mean = books.execute(text(asked)).scalar_one()
    assert sheet.scalar_one() is None
    found = books.execute(text("SELECT overall_mean FROM satisfaction_statistics WHERE survey_id = :id").bindparams(id=survey.id))
    assert found.scalar_one() == f"{mean:.2f}" == "3.17"


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
    saved = browser.post("/survey/entry/", data=told | {"version": str(version)})
    assert saved.status_code == 302
    following = browser.get(saved.headers["Location"])
    assert f'value="{second}"' in following.text
    assert office.client_as("auditor").get("/survey/entry/").status_code == 403
    assert office.client_as("project_manager").post("/survey/entry/", data=told).status_code == 403
    books.expire_all()
    assert (forms[0].state, forms[0].collected_by) == ("entered", office.accounts["front_desk"].name)


@pytest.mark.one_database
def test_the_sample_is_shown_and_issued_from_its_page(books: Session, office: Office) -> None:
    survey = plan(books, office, sampling="random", sample_size=6, seed=4711)
    browser = office.client_as("cs_assistant")
    page = browser.get(f"/survey/{survey.id}/").text
    houses = [each.written for each in sample(books, survey).houses]
    assert "004711" in page and all(house in page for house in houses)
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
