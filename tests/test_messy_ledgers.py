"""Ledgers as a stranger sends them: what the form would refuse, what a table is surrounded with, and what its cells leave open."""

from __future__ import annotations

from typing import Any

from models.complaints import Complaint
from models.repair import RepairRequest
from tests.ledgers import all_of, told


def test_what_has_not_happened_yet_is_refused_as_on_the_form(taken: Any, session: Any, clock: Any) -> None:
    result = taken(Complaint, "投诉时间|投诉人|投诉内容", "2026-03-12 09:20|王芳|漏水", "2026-03-30|李雷|停电", "2026-03-13 08:00||噪音")
    assert (result.added, told(result)) == (1, [(3, "A 投诉时间"), (4, "A 投诉时间"), (4, "B 投诉人")])
    assert "has not come yet" in result.problems[0].reason.text
    assert [each.content for each in all_of(session, Complaint)] == ["漏水"]


def test_what_was_agreed_for_a_later_day_comes_in(taken: Any, session: Any, clock: Any) -> None:
    result = taken(RepairRequest, "报修时间|报修人|房号|报修内容|预约时间", "2026-03-12 09:20|王芳|3栋2单元101|漏水|2026-03-14 10:00")
    assert (result.added, told(result)) == (1, [])
