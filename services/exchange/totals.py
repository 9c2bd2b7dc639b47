"""The rows under a table that add it up, or say who made it: they are no rows of the ledger."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

_TOTAL = re.compile(
    r"(?:[本全上当]?[页月年季度日周]?(?:合|小|总|共|累)\s*计|(?:sub|grand )?-?totals?|sum)\s*(?:[:：(（].*)?", re.IGNORECASE
)
_WITHIN = 2  # filled cells among which the word stands
_FOOT = re.compile(r"\s*(?:制表|填表|审核|审批|批准|复核|备注|说明|注)(?:人|员|日期|时间|单位|部门)?\s*[:：]")
_FEW = 3  # filled cells that such a row has at most


def foots(values: Iterable[Any]) -> bool:
    """Whether a row says who made or checked the table (制表人：… 审核：…), or has a remark on it (备注：…)."""
    filled = (value for value in values if value is not None and value != "")
    first = next(filled, None)
    return isinstance(first, str) and _FOOT.match(first) is not None and sum(1 for _value in filled) < _FEW


def adds_up(values: Iterable[Any]) -> bool:
    """Whether the first filled cells of a row say 合计, 小计 or the like."""
    met = 0
    for value in values:
        if value is None or value == "":
            continue
        if isinstance(value, str) and (signs := value.strip()) and _TOTAL.fullmatch(signs):
            return True
        met += 1
        if met == _WITHIN:
            return False
    return False
