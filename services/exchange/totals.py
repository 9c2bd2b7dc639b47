"""The rows under a table that add it up: they are no rows of the ledger."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

_TOTAL = re.compile(
    r"(?:[本全上当]?[页月年季度日周]?(?:合|小|总|共|累)\s*计|(?:sub|grand )?-?totals?|sum)\s*(?:[:：(（].*)?", re.IGNORECASE
)
_WITHIN = 2  # filled cells among which the word stands


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
