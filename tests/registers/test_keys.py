"""What is peculiar to keys: the authorisation, the cabinet, lending and handing over."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
from sqlalchemy import select

from models.core.access import Refused
from models.core.session import now
from models.core.signatures import Way
from models.core.validity import Invalid
from models.core.workflow import may
from models.keys import CustodyAuthorisation, KeyBorrow, KeyCustody, KeyOnHook
from services import bookkeeping


@pytest.fixture
def hook(books):
    """A hook with three keys of a unit not moved into yet."""
    values = {"slot": "A-01", "key_number": "3-102", "unit": "3栋1单元0102", "source": "developer", "quantity": 3}
    row = bookkeeping.enter(books, KeyOnHook, 1, values | {"hung_on": date(2026, 1, 2), "keeper": "陈雨"})
    books.commit()
    return row


def draw_up(books, **over) -> CustodyAuthorisation:
    """An authorisation for three keys, not yet signed."""
    values = {"dated": date(2026, 1, 2), "unit": "3栋1单元0102", "customer": "罗敏", "phone": "13800001234", "hardship": "长期出差"}
    values |= {"keys": [{"door": "entrance", "many": 2, "code": None}, {"door": "room", "many": 1, "code": "7"}]}
    values |= {"requirements": "凭身份证领取", "collectors": "罗斌、罗杰"}
    row = bookkeeping.enter(books, CustodyAuthorisation, 1, values | over)
    books.commit()
    return row


def sign_it(books, letter):
    """Tell the disclaimer, let the customer sign, give the second part."""
    bookkeeping.move(books, letter, "tell", {"disclaimer": True})
    bookkeeping.sign(books, letter, "customer", Way.PAPER, person="罗敏")
    bookkeeping.move(books, letter, "give_copy", {})
    books.commit()


def hang(books, letter, quantity=3, key_number="3-102", **over):
    """Keys of a customer on a hook."""
    values = {"slot": "A-01", "key_number": key_number, "unit": "3栋1单元0102", "source": "customer", "quantity": quantity}
    values |= {"hung_on": date(2026, 1, 3), "keeper": "陈雨", "entrustment": letter.id if letter else None}
    row = bookkeeping.enter(books, KeyOnHook, 1, values | over)
    books.commit()
    return row


def line_of(books, letter) -> KeyCustody:
    """The line of the custody register under the number of the authorisation."""
    return books.execute(select(KeyCustody).where(KeyCustody.number == letter.number)).scalar_one()


@pytest.fixture
def letter(books):
    """An authorisation in force."""
    row = draw_up(books)
    sign_it(books, row)
    return row


@pytest.fixture
def kept(books, letter):
    """Three keys that hang under the authorisation."""
    return hang(books, letter)


def lend(books, hook, quantity=1, **over):
    """Keys lent from a hook for two hours."""
    moment = now()
    values = {"key_lent": hook.id, "quantity": quantity, "lent_at": moment, "expected_at": moment + timedelta(hours=2), "purpose": "repair"}
    people = {"borrower": "吴磊", "department": "工程部", "phone": "13800001234", "lent_by": "陈雨"}
    row = bookkeeping.enter(books, KeyBorrow, 1, values | people | over)
    books.commit()
    return row


def take_back(books, row, **values):
    """Keys come back: the borrower has signed for them."""
    bookkeeping.sign(books, row, "borrower", Way.PAPER, person="吴磊")
    bookkeeping.move(books, row, "take_back", values)
    books.commit()


def refused(books, act, *args, **values) -> dict[str, str]:
    """What is said against `act`, by field."""
    with pytest.raises(Invalid) as invalid:
        act(books, *args, **values)
    books.rollback()
    return {key: message.text for key, message in invalid.value.problems.items()}


def test_no_more_is_lent_than_hangs_on_the_hook(books, hook):
    lend(books, hook, 2)
    assert hook.lent == 2
    assert "quantity" in refused(books, lend, hook, 2)
    lend(books, hook, 1)
    assert hook.lent == 3


def test_two_borrowings_in_one_breath_do_not_get_the_same_key(books, hook):
    lend(books, hook, 2)
    moment = now()
    for borrower in ("吴磊", "赵刚"):
        books.add(
            KeyBorrow(
                site_id=1, key_lent_id=hook.id, quantity=1, lent_at=moment, expected_at=moment, purpose="repair",
                borrower=borrower, department="工程部", phone="13800001234", lent_by="陈雨",
            )
        )  # fmt: skip
    with pytest.raises(Invalid):
        books.commit()
    books.rollback()


@pytest.mark.rule("RULE-118")
def test_what_comes_back_hangs_there_again(books, hook, me):
    row = lend(books, hook, 2)
    take_back(books, row, returned_quantity=2)
    assert (hook.lent, row.received_by) == (0, me)


@pytest.mark.rule("RULE-118")
def test_fewer_come_back_only_with_a_remark_and_stay_counted_as_out(books, hook):
    row = lend(books, hook, 2)
    assert "remark" in refused(books, take_back, row, returned_quantity=1)
    take_back(books, row, returned_quantity=1, remark="折断一把")
    assert hook.lent == 1


def test_a_void_borrowing_keeps_nothing_away(books, hook):
    row = lend(books, hook, 2)
    bookkeeping.void(books, row, "登记错误")
    assert hook.lent == 0


def test_more_than_a_day_needs_the_supervisor(books, hook, me):
    late = now() + timedelta(days=3)
    assert "expected_at" in refused(books, lend, hook, expected_at=late)
    row = lend(books, hook)
    bookkeeping.move(books, row, "allow_longer", {"expected_at": late, "extension": "大修"})
    assert row.extended_by == me


@pytest.mark.rule("RULE-119")
def test_a_reminder_is_added_and_overwrites_no_other(books, hook):
    row = lend(books, hook)
    first = {"at": now().isoformat(), "way": "phone", "whom": "吴磊", "answer": "下午还"}
    second = {"at": now().isoformat(), "way": "visit", "whom": "工程部", "answer": None}
    bookkeeping.move(books, row, "remind", {"recalls": [first]})
    books.commit()
    assert "recalls" in refused(books, bookkeeping.move, row, "remind", {"recalls": [second]})
    assert "recalls" in refused(books, bookkeeping.move, row, "remind", {"recalls": [first | {"answer": "明天还"}, second]})
    bookkeeping.move(books, row, "remind", {"recalls": [first, second]})
    assert [line["way"] for line in row.recalls] == ["phone", "visit"]


@pytest.mark.rule("RULE-116")
def test_an_entrusted_key_is_lent_for_repairs_and_patrols_alone(books, hook):
    assert "purpose" in refused(books, lend, hook, purpose="duty")


def test_a_hook_is_cleared_only_when_all_its_keys_are_back(books, hook):
    row = lend(books, hook)
    show_paper(books, hook)
    assert not may(hook, "hand_over")
    take_back(books, row, returned_quantity=1)
    assert may(hook, "hand_over")


def show_paper(books, row, collector="张三"):
    """The collector shows a paper and signs."""
    bookkeeping.move(books, row, "identify", {"collector": collector, "proof": "身份证 1234"})
    bookkeeping.sign(books, row, "collector", Way.PAPER, person=collector)
    books.commit()


@pytest.mark.rule("RULE-122")
def test_without_proof_of_identity_no_key_leaves_the_cabinet(books, hook):
    bookkeeping.sign(books, hook, "collector", Way.PAPER, person="张三")
    assert may(hook, "hand_over").reason.say("zh") == "没有可证明身份的有效证件，不得移交钥匙（S3 KY 4.3.4）。"
    with pytest.raises(Refused):
        bookkeeping.move(books, hook, "hand_over", {"taken_down_on": date(2026, 2, 1), "collector": "张三", "proof": "身份证 1234"})


def test_a_key_is_not_handed_over_before_the_collector_signs(books, hook):
    bookkeeping.move(books, hook, "identify", {"collector": "张三", "proof": "身份证 1234"})
    assert "Collected by" in str(may(hook, "hand_over").reason.say("en"))


def test_a_collected_key_is_lent_no_more(books, hook):
    show_paper(books, hook)
    bookkeeping.move(books, hook, "hand_over", {"taken_down_on": date(2026, 2, 1)})
    books.commit()
    assert "key_lent" in refused(books, lend, hook)


def test_a_key_number_hangs_in_the_cabinet_once(books, hook):
    again = {"slot": "A-02", "key_number": "3-102", "unit": "3栋1单元0102", "source": "plant", "quantity": 1, "keeper": "陈雨"}
    assert "key_number" in refused(books, bookkeeping.enter, KeyOnHook, 1, {**again, "hung_on": date(2026, 1, 2)})


@pytest.mark.rule("RULE-113")
def test_an_authorisation_is_signed_only_after_the_disclaimer_was_told(books):
    row = draw_up(books)
    with pytest.raises(Refused):
        bookkeeping.sign(books, row, "customer", Way.PAPER, person="罗敏")
    said = refused(books, bookkeeping.move, row, "tell", {"disclaimer": False})
    assert "S3 KY 4.2.2" in said["disclaimer"]
    bookkeeping.move(books, row, "tell", {"disclaimer": True})
    bookkeeping.sign(books, row, "customer", Way.PAPER, person="罗敏")


def test_nobody_signs_for_a_key_by_telephone(books, letter, kept):
    row, line = lend(books, kept), line_of(books, letter)
    for each, place in ((row, "borrower"), (line, "collector"), (kept, "collector")):
        with pytest.raises(Refused):
            bookkeeping.sign(books, each, place, Way.PHONE, person="罗敏")
        bookkeeping.sign(books, each, place, Way.PAPER, person="罗敏")
        books.commit()


def test_the_second_part_is_given_once_the_customer_has_signed(books):
    row = draw_up(books)
    bookkeeping.move(books, row, "tell", {"disclaimer": True})
    assert not may(row, "give_copy")
    bookkeeping.sign(books, row, "customer", Way.PAPER, person="罗敏")
    bookkeeping.move(books, row, "give_copy", {})
    assert row.state == row.State.VALID


@pytest.mark.rule("RULE-115")
def test_an_authorisation_counts_its_keys_and_stands_in_the_custody_register(books):
    row = draw_up(books)
    assert row.quantity == 3
    assert line_of(books, row).get("authorisation") == row.id


def test_a_void_authorisation_takes_its_line_along(books):
    row = draw_up(books)
    bookkeeping.void(books, row, "写错房号")
    assert line_of(books, row).void_reason == "写错房号"


@pytest.mark.rule("RULE-111")
def test_a_customers_key_hangs_with_an_authorisation_alone(books):
    assert "S3 KY 4.2.1" in refused(books, hang, None)["entrustment"]


def test_a_customers_key_does_not_hang_before_the_customer_has_signed(books):
    row = draw_up(books)
    assert "S3 KY 4.2.2" in refused(books, hang, row)["entrustment"]
    sign_it(books, row)
    assert hang(books, row).state == KeyOnHook.State.KEPT


def test_only_a_customers_key_has_an_authorisation(books, letter):
    assert "S3 KY 4.1.2" in refused(books, hang, letter, source="plant")["source"]


def test_no_more_keys_hang_than_were_handed_in(books, letter):
    hang(books, letter, 2)
    assert "S3 KY 4.2.1" in refused(books, hang, letter, 2, "3-102b")["quantity"]
    hang(books, letter, 1, "3-102b")


def test_two_hooks_in_one_breath_do_not_hold_more_keys_than_were_handed_in(books, letter):
    for number in ("a", "b"):
        books.add(
            KeyOnHook(
                site_id=1, slot="A-01", key_number=number, unit="3栋1单元0102", source="customer", quantity=2,
                hung_on=date(2026, 1, 3), keeper="陈雨", entrustment_id=letter.id,
            )
        )  # fmt: skip
    with pytest.raises(Invalid):
        books.commit()
    books.rollback()


def test_an_authorisation_keeps_as_many_keys_as_hang_under_it(books, letter, kept):
    fewer = [{"door": "entrance", "many": 2, "code": None}]
    assert "keys" in refused(books, bookkeeping.correct, letter, {"keys": fewer}, letter.version)


@pytest.mark.rule("RULE-115")
def test_hanging_keys_fills_the_custody_register(books, letter, kept):
    assert line_of(books, letter).get("hook") == kept.id


def test_an_entrusted_key_is_lent_while_its_authorisation_is_in_force(books, letter, kept):
    row = lend(books, kept)
    bookkeeping.move(books, letter, "revoke", {"revocation": "客户来电撤销"})
    books.commit()
    assert "revoked" in refused(books, lend, kept)["key_lent"]
    bookkeeping.move(books, row, "remind", {"recalls": [{"at": now().isoformat(), "way": "phone", "whom": "吴磊", "answer": "马上还"}]})
    take_back(books, row, returned_quantity=1)


def test_an_authorisation_that_ran_out_lends_no_key(books, letter, kept):
    bookkeeping.correct(books, letter, {"until": now().date() - timedelta(days=2)}, letter.version)
    books.commit()
    assert "S3 KY 4.2.1" in refused(books, lend, kept)["key_lent"]


def test_a_customers_key_of_an_old_ledger_is_lent_once_an_authorisation_is_there(books, letter):
    values = {"slot": "A-05", "key_number": "5", "unit": "3栋1单元0102", "source": "customer", "quantity": 1, "keeper": "陈雨"}
    old = bookkeeping.enter(books, KeyOnHook, 1, values | {"hung_on": date(2025, 1, 2), "authorisation": "旧-12"}, taken_over=True)
    books.commit()
    assert "S3 KY 4.2.1" in refused(books, lend, old)["key_lent"]
    bookkeeping.correct(books, old, {"entrustment": letter.id}, old.version)
    books.commit()
    assert lend(books, old).state == KeyBorrow.State.OUT
    assert line_of(books, letter).get("hook") == old.id


@pytest.mark.rule("RULE-121")
def test_keys_go_to_the_customer_or_whom_the_customer_named(books, letter, kept):
    line = line_of(books, letter)
    wrong = {"collector": "张三", "proof": "身份证 1234"}
    assert "S3 KY 4.3.4" in refused(books, bookkeeping.move, line, "identify", wrong)["collector"]
    for right in ("罗敏", "罗斌", "罗杰"):
        bookkeeping.move(books, line, "identify", wrong | {"collector": right})


@pytest.mark.rule("RULE-121", "RULE-122")
def test_without_proof_of_identity_no_key_leaves_custody(books, letter, kept):
    line = line_of(books, letter)
    bookkeeping.sign(books, line, "collector", Way.PAPER, person="罗敏")
    assert may(line, "hand_over").reason.text == "No proof of identity, no key (S3 KY 4.3.4)."
    with pytest.raises(Refused):
        bookkeeping.move(books, line, "hand_over", {})


def test_a_hand_over_ends_custody_authorisation_and_hook_together(books, letter, kept):
    row, line = lend(books, kept), line_of(books, letter)
    show_paper(books, line, "罗斌")
    assert not may(line, "hand_over")
    take_back(books, row, returned_quantity=1)
    assert not may(kept, "take_down")
    assert not may(letter, "give_back")
    bookkeeping.move(books, line, "hand_over", {})
    books.commit()
    assert (line.state, letter.state, kept.state) == (line.State.COLLECTED, letter.State.RETURNED, kept.State.COLLECTED)
    assert kept.taken_down_on is not None
    assert "key_lent" in refused(books, lend, kept)
    assert "S3 KY 4.3.4" in refused(books, hang, letter, 1, "3-102c")["entrustment"]


def test_keys_under_an_authorisation_do_not_leave_by_the_hook(books, kept):
    show_paper(books, kept)
    assert "S3 KY 4.3.4" in may(kept, "hand_over").reason.text


def test_custody_ends_without_hand_over_only_when_all_its_keys_are_lost(books, letter, kept):
    line = line_of(books, letter)
    assert not may(line, "report_lost")
    bookkeeping.move(books, kept, "report_lost", {"taken_down_on": date(2026, 2, 1), "remark": "遗失，已换锁"})
    books.commit()
    bookkeeping.move(books, line, "report_lost", {"remark": "已换锁并告知客户"})
    assert letter.state == letter.State.RETURNED


@pytest.mark.rule("RULE-117")
def test_a_borrowing_is_closed_when_lender_borrower_and_receiver_have_signed(books, hook):
    row = lend(books, hook)
    assert "Borrower" in may(row, "take_back").reason.say("en")
    take_back(books, row, returned_quantity=1)
    assert row.state == row.State.BACK


def test_of_two_people_at_once_only_one_gets_the_last_key(office):
    with office.acting_as("cs_supervisor") as session:
        values = {"slot": "A-01", "key_number": "1", "unit": "1栋0101", "source": "plant", "quantity": 1, "keeper": "陈雨"}
        values |= {"hung_on": date(2026, 1, 2)}
        hook_id = bookkeeping.enter(session, KeyOnHook, office.site.id, values).id
    together = Barrier(2)

    def borrow(person: str) -> bool:
        together.wait(10)
        with office.acting_as(person) as session:
            try:
                lend(session, session.get_one(KeyOnHook, hook_id))
            except Invalid:
                session.rollback()
                return False
            return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(borrow, ("cs_supervisor", "cs_assistant"))) == [False, True]
