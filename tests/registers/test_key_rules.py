"""What the rules of the documents ask of keys beside what the cabinet itself does: fields, copies, checks, who may what."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from models.core.access import granted
from models.core.deadlines import Clock
from models.core.plans import MONTH
from models.core.session import now
from models.core.setting import SiteSetting
from models.core.signatures import Way
from models.core.validity import Invalid
from models.core.workflow import may
from models.duty import MustTell
from models.houses import Household
from models.keys import CHAPTER, CustodyAuthorisation, KeyBorrow, KeyCheck, KeyOnHook
from models.settings import KEY_LOAN, NAME_LABEL
from services import bookkeeping
from services.display import reader
from services.jobs.passes import tick
from services.key_keeping import Keeping, keeping
from services.papers import forms
from services.papers.printing import painted
from tests.make import make
from tests.papers import words
from tests.registers.test_keys import draw_up, hang, sign_it
from tests.walk import said


def wanted(books, register, **over) -> set[str]:
    """The fields against which something is said when a record is made so."""
    with pytest.raises(Invalid) as invalid:
        make(books, register, **over)
    books.rollback()
    return set(invalid.value.problems)


@pytest.mark.rule("RULE-112")
@pytest.mark.parametrize("field", ["dated", "unit", "customer", "keys", "hardship", "requirements"])
def test_an_authorisation_lacks_none_of_its_fields(books, field):
    assert wanted(books, CustodyAuthorisation, **{field: None}) == {field}


@pytest.mark.rule("RULE-117")
@pytest.mark.parametrize("field", ["lent_at", "key_lent", "quantity", "expected_at", "purpose", "phone"])
def test_a_borrowing_lacks_none_of_its_fields(books, field):
    assert field in wanted(books, KeyBorrow, **{field: None})


@pytest.mark.rule("RULE-114")
def test_the_authorisation_is_printed_in_two_parts_under_one_number(books, site):
    row = make(books, CustodyAuthorisation)
    books.commit()
    said = words(painted(forms.form(books, row, site, reader("cs_supervisor", site.timezone)).paper, "en"))
    first, second = said.split("Copy 2: Customer")
    assert "Copy 1: Stub" in first
    assert row.number in first
    assert row.number in second


@pytest.mark.rule("RULE-111")
def test_the_developer_leaves_keys_of_units_alone_in_which_nobody_lives(books):
    make(books, Household, house="3栋1单元0102")
    hung = {"source": "developer", "entrustment": None}
    assert wanted(books, KeyOnHook, unit="3-1-0102", **hung) == {"source"}
    assert make(books, KeyOnHook, unit="3栋1单元0103", **hung).id


@pytest.mark.rule("RULE-125")
@pytest.mark.parametrize("register", CHAPTER.registers, ids=lambda each: each.key)
def test_the_administrator_keeps_the_keys_and_the_supervisor_sees_to_it(register):
    assert granted(register, "create", "cs_assistant")
    assert granted(register, "create", "cs_supervisor")
    assert not any(granted(register, "create", role) for role in ("front_desk", "engineering", "security", "project_manager", "quality"))


@pytest.mark.rule("RULE-125")
def test_longer_times_and_checks_are_the_supervisors(books):
    for register, step in ((KeyBorrow, "allow_longer"), (KeyCheck, "review")):
        assert granted(register, step, "cs_supervisor")
        assert not granted(register, step, "cs_assistant")


@pytest.mark.rule("RULE-123")
def test_every_register_of_the_keys_is_kept_two_years():
    assert {register.key: register.about.keep for register in CHAPTER.registers} == dict.fromkeys(
        [each.key for each in CHAPTER.registers], 2
    )


# Lending, the daily check, and how each person keeps the keys ---------------------------------------


def lend(books, **over) -> KeyBorrow:
    """A key of the plant room, lent for two hours."""
    hook = make(books, KeyOnHook, source="plant", quantity=5)
    moment = now()
    values = {"key_lent": hook.id, "quantity": 2, "lent_at": moment, "expected_at": moment + timedelta(hours=2), "purpose": "duty"}
    row = make(books, KeyBorrow, **(values | {"lent_by": "陈雨"} | over))
    books.commit()
    return row


def due_of(books, row):
    """When the keys are due back."""
    books.flush()
    mine = (Clock.register == "key_borrow", Clock.record_id == row.id, Clock.name == "return")
    return books.execute(select(Clock.due_at).where(*mine)).scalar_one()


@pytest.mark.rule("RULE-119")
def test_the_site_says_for_how_long_keys_are_lent_and_the_supervisor_for_how_much_longer(books, clock):
    books.add(SiteSetting(site_id=1, key=KEY_LOAN.key, value="8", reason="保安要求", changed_by="周敏", changed_at=now()))
    books.commit()
    hook = make(books, KeyOnHook, source="plant", quantity=5).id
    books.commit()
    assert wanted(books, KeyBorrow, key_lent=hook, quantity=1, purpose="duty", expected_at=now() + timedelta(hours=9)) == {"expected_at"}
    row = lend(books, expected_at=now() + timedelta(hours=8))
    assert due_of(books, row) == now() + timedelta(hours=8)
    longer = now() + timedelta(days=3)
    bookkeeping.move(books, row, "allow_longer", {"expected_at": longer, "extension": "大修"})
    assert due_of(books, row) == longer


@pytest.mark.rule("RULE-119")
def test_keys_that_are_overdue_are_to_be_recalled_from_who_borrowed_them(books, clock):
    row = lend(books)
    clock.go_on(hours=1)
    assert not may(row, "fall_overdue")
    clock.go_on(hours=1)
    bookkeeping.move(books, row, "fall_overdue", {})
    duty = books.execute(select(MustTell).where(MustTell.duty == "key_borrow.recall")).scalar_one()
    assert duty.state == MustTell.State.OWED
    told = {"at": now().isoformat(), "way": "phone", "whom": "吴磊", "answer": "马上还"}
    bookkeeping.move(books, row, "remind", {"recalls": [told]})
    assert duty.state != MustTell.State.OWED
    assert duty.told_at == row.reminded_at


@pytest.mark.rule("RULE-119")
def test_the_clock_enters_by_itself_what_is_overdue(office, clock):
    with office.acting_as("cs_supervisor") as session:
        number = lend(session).id
    clock.go_on(hours=2, minutes=1)
    with office.app.app_context():
        tick(now(), "clocks")
    with office.acting_as("cs_supervisor") as session:
        row = session.get_one(KeyBorrow, number)
        duty = session.execute(select(MustTell).where(MustTell.duty == "key_borrow.recall")).scalar_one()
        assert (row.overdue_at, row.state) == (now(), KeyBorrow.State.OUT)
        assert duty.owed_roles == "cs_assistant cs_supervisor"


@pytest.mark.rule("RULE-120")
def test_the_check_counts_what_is_out_and_says_what_was_done_about_what_is_late(books, clock):
    lend(books)
    assert make(books, KeyCheck, agrees=True, action=None).out == 2
    clock.go_on(hours=3)
    books.commit()
    assert wanted(books, KeyCheck, agrees=True, action=None) == {"action"}
    assert wanted(books, KeyCheck, agrees=False, action=None) == {"action"}
    row = make(books, KeyCheck, agrees=True, action="已电话催还")
    books.flush()
    assert (row.out, row.late) == (2, 1)
    bookkeeping.move(books, row, "review", {})
    assert (row.state, row.late) == (KeyCheck.State.SEEN, 1)


@pytest.mark.rule("RULE-124")
def test_each_months_keeping_is_counted_by_person(books, site, clock):
    for person, hours, back in (("陈雨", 1, 2), ("陈雨", 30, 2), ("何静", 1, 1)):
        row = lend(books, lent_by=person)
        clock.go_on(hours=hours)
        if hours > 2:
            bookkeeping.move(books, row, "remind", {"recalls": [{"at": now().isoformat(), "way": "phone", "whom": "吴磊", "answer": None}]})
        bookkeeping.sign(books, row, "borrower", Way.PAPER, person="吴磊")
        bookkeeping.move(books, row, "take_back", {"returned_quantity": back, "remark": "折断一把"})
        books.commit()
    span = MONTH.span(date(2026, 3, 12))
    assert keeping(books, site, span) == [Keeping("何静", 1, 0, 0, 1), Keeping("陈雨", 2, 1, 1, 0)]
    assert keeping(books, site, MONTH.span(date(2026, 4, 1))) == []


@pytest.mark.rule("RULE-124")
def test_the_page_of_plans_tells_how_each_person_kept_the_keys(office, clock):
    with office.acting_as("console") as session:
        lend(session, lent_by="陈雨")
        session.commit()
    table = said(office.client_as("project_manager", "en").get("/plans/")).partition("Keeping of the keys, by person")[2]
    assert "S3 KY 4.5" in table and "陈雨" in table
    assert "1 loans, 0 back late, 0 recalled, 0 not whole or lost" in table


@pytest.mark.rule("RULE-115")
def test_the_label_of_a_key_bears_the_name_of_its_customer_only_where_the_site_has_set_so(books, office):
    letter = draw_up(books)
    sign_it(books, letter)
    kept = hang(books, letter)

    def label() -> str:
        page = said(office.client_as("cs_supervisor", "en").get(f"/register/key_on_hook/{kept.id}/"))
        return page.partition('Written on it</dt><dd class="num">')[2].partition("<")[0]

    assert label() == "A-01 · 3-102"
    told = {"value": NAME_LABEL.written(True), "reason": "业主要求", "changed_by": "王", "changed_at": now()}
    books.add(SiteSetting(site_id=kept.site_id, key=NAME_LABEL.key, **told))
    books.commit()
    assert label() == "A-01 · 3-102 · 罗敏"
