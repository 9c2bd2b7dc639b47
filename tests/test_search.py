"""Search in Chinese: from one character, through corrections and voids, by names for those alone who may read them."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from models.complaints import Complaint
from models.contact import CallVisit
from models.core.search import pairs, tokens, words
from services import bookkeeping
from services.listing import Asked, Listing
from tests.make import make
from tests.office import Office

TEXT = "3栋地下车库B2层漏水，Water leak！电话ＡＢＣ"


def found(session: Session, office: Office, wanted: str, role: str = "cs_supervisor", register: Any = Complaint) -> list[str]:
    """The numbers of the records that a role finds, newest first."""
    listing = Listing(session, register, office.site.id, Asked(words=wanted), role, office.reader_zone)
    return [row.number for row in listing.page([register.number], 50).rows]


@pytest.fixture
def leak(session: Session) -> Any:
    """A complaint about water, and another about noise."""
    make(session, Complaint, subject="噪声扰民", content="夜里装修很吵", place="5栋", complainant="王小明", outside_number="X-1")
    wet = {"subject": "漏水", "content": TEXT, "place": "地库", "outside_number": "12345-0099"}
    row = make(session, Complaint, complainant="李雪梅", house="19#-0201", **wet)
    session.commit()
    return row


@pytest.mark.parametrize(
    "wanted",
    [
        "漏",
        "水",
        "漏水",
        "下车库",
        "地下车库",
        "3栋地下车库",
        "b2",
        "B2层",
        "WATER",
        "wat",
        "leak",
        "abc",
        "ＡＢＣ",
        "漏水 车库",
        "车库  leak",
        "１２３４５",
        "12345-0099",
        "0201",
        "李雪",
        "李",
        "雪梅 漏水",
    ],
)
def test_it_is_found_by(session: Session, office: Office, leak: Any, wanted: str) -> None:
    assert found(session, office, wanted) == [leak.number]


@pytest.mark.parametrize("wanted", ["水漏", "地库车下", "漏电", "车库 噪声", "库下", "leek", "鼹鼠", "！", "%", "_", '"', "* OR *", "'"])
def test_it_is_not_found_by(session: Session, office: Office, leak: Any, wanted: str) -> None:
    assert leak.number not in found(session, office, wanted)


def test_signs_of_the_index_are_signs_and_no_orders(session: Session, office: Office, leak: Any) -> None:
    for wanted in ("漏水)", '"漏水', "漏水*", "pairs:漏水", "漏水 -", "^漏水"):
        assert leak.number in found(session, office, wanted) or "pairs" in wanted, wanted


def test_the_number_of_the_record_finds_it(session: Session, office: Office, leak: Any) -> None:
    assert found(session, office, leak.number) == [leak.number]
    assert found(session, office, leak.number.lower()) == [leak.number]


def test_a_name_finds_nothing_for_those_who_may_not_read_it(session: Session, office: Office, leak: Any) -> None:
    for role in ("engineering", "security", "quality", "auditor"):
        for wanted in ("李雪梅", "李雪", "李", "梅", "李雪梅 漏水", "_李", "_李雪"):
            assert found(session, office, wanted, role) == [], f"{role}: {wanted}"
        assert found(session, office, "漏水", role) == [leak.number]


def test_what_was_corrected_is_found_by_the_new_words_and_not_by_the_old(session: Session, office: Office, leak: Any) -> None:
    bookkeeping.correct(session, leak, {"content": "电梯困人", "subject": "电梯", "complainant": "赵四"}, leak.version)
    session.commit()
    assert found(session, office, "困人") == [leak.number]
    assert found(session, office, "赵四") == [leak.number]
    for wanted in ("漏水", "车库", "李雪", "leak"):
        assert found(session, office, wanted) == [], wanted


def test_a_void_record_is_still_found(session: Session, office: Office, leak: Any) -> None:
    bookkeeping.void(session, leak, "重复登记")
    session.commit()
    assert found(session, office, "漏水") == [leak.number]


def test_what_was_rolled_back_is_not_found(session: Session, office: Office, leak: Any) -> None:
    make(session, Complaint, subject="幽灵")
    session.rollback()
    assert found(session, office, "幽灵") == []


def test_a_record_of_another_site_is_not_found(office: Office) -> None:
    with office.acting_as("console", office.other_site) as session:
        make(session, Complaint, subject="幽灵")
    with office.acting_as("console") as session:
        assert found(session, office, "幽灵") == []


def test_each_register_has_an_index_of_its_own(session: Session, office: Office) -> None:
    make(session, Complaint, subject="独一无二")
    session.commit()
    call = found(session, office, "独一", register=CallVisit)
    assert call == found(session, office, "独一"), "The call under the same number bears the subject too."
    assert len(call) == 1


def test_the_newest_are_found_first_and_counted_no_further_than_asked(session: Session, office: Office) -> None:
    numbers = [make(session, Complaint, subject=f"漏水{place}").number for place in range(5)]
    session.commit()
    assert found(session, office, "漏水") == numbers[::-1]
    listing = Listing(session, Complaint, office.site.id, Asked(words="漏水"), "cs_supervisor", office.reader_zone)
    assert listing.count() == (5, False)


def test_writing_is_cut_into_pairs_and_a_last_single_one() -> None:
    assert pairs("漏水了, B2") == ["漏水", "水了", "了", "b2", "2"]
    assert words("Ａ ｂ_c 漏水!") == ["a", "b", "c", "漏水"]
    assert words(" ".join("abcdefghijkl")) == list("abcdefgh")
    assert tokens(Complaint, {"complainant": "李雪", "subject": "李"}).split() == ["李", "_李雪", "_雪"]
