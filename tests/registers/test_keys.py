"""What is peculiar to the key cabinet and the key borrow log."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest

from models.core.session import now
from models.core.validity import Invalid
from models.core.workflow import may
from models.keys import KeyBorrow, KeyOnHook
from services import bookkeeping


@pytest.fixture
def hook(books):
    """A hook with three keys of a unit not moved into yet."""
    values = {"slot": "A-01", "key_number": "3-102", "unit": "3栋1单元0102", "source": "developer", "quantity": 3}
    row = bookkeeping.enter(books, KeyOnHook, 1, values | {"hung_on": date(2026, 1, 2), "keeper": "陈雨"})
    books.commit()
    return row


def lend(books, hook, quantity=1, **over):
    """Keys lent from a hook for two hours."""
    moment = now()
    values = {"key_lent": hook.id, "quantity": quantity, "lent_at": moment, "expected_at": moment + timedelta(hours=2), "purpose": "repair"}
    people = {"borrower": "吴磊", "department": "工程部", "phone": "13800001234", "lent_by": "陈雨"}
    row = bookkeeping.enter(books, KeyBorrow, 1, values | people | over)
    books.commit()
    return row


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


def test_what_comes_back_hangs_there_again(books, hook, me):
    row = lend(books, hook, 2)
    bookkeeping.move(books, row, "take_back", {"returned_quantity": 2})
    assert (hook.lent, row.received_by) == (0, me)


def test_fewer_come_back_only_with_a_remark_and_stay_counted_as_out(books, hook):
    row = lend(books, hook, 2)
    assert "remark" in refused(books, bookkeeping.move, row, "take_back", {"returned_quantity": 1})
    bookkeeping.move(books, row, "take_back", {"returned_quantity": 1, "remark": "折断一把"})
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


def test_an_entrusted_key_is_lent_for_repairs_and_patrols_alone(books, hook):
    assert "purpose" in refused(books, lend, hook, purpose="duty")


def test_a_hook_is_cleared_only_when_all_its_keys_are_back(books, hook):
    row = lend(books, hook)
    assert not may(hook, "hand_over")
    bookkeeping.move(books, row, "take_back", {"returned_quantity": 1})
    assert may(hook, "hand_over")


def test_a_collected_key_is_lent_no_more(books, hook):
    bookkeeping.move(books, hook, "hand_over", {"taken_down_on": date(2026, 2, 1), "collector": "张三", "proof": "身份证 1234"})
    books.commit()
    assert "key_lent" in refused(books, lend, hook)


def test_a_key_number_hangs_in_the_cabinet_once(books, hook):
    again = {"slot": "A-02", "key_number": "3-102", "unit": "3栋1单元0102", "source": "plant", "quantity": 1, "keeper": "陈雨"}
    assert "key_number" in refused(books, bookkeeping.enter, KeyOnHook, 1, {**again, "hung_on": date(2026, 1, 2)})


def test_a_customers_key_needs_the_customer_and_the_reason_for_custody(books):
    row = KeyOnHook(
        site_id=1, slot="A-02", key_number="1", unit="1栋0101", source="customer", quantity=1, keeper="陈雨", hung_on=date(2026, 1, 2)
    )
    with pytest.raises(Invalid) as invalid:
        row.require_valid()
    assert set(invalid.value.problems) == {"customer", "hardship"}


def test_of_two_people_at_once_only_one_gets_the_last_key(office):
    with office.acting_as("cs_supervisor") as session:
        values = {
            "slot": "A-01",
            "key_number": "1",
            "unit": "1栋0101",
            "source": "plant",
            "quantity": 1,
            "keeper": "陈雨",
            "hung_on": date(2026, 1, 2),
        }
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
