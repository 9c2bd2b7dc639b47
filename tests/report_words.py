"""What the tests of report papers share: fewer lines to set, and words as they are compared."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from models.core.message import Message
from services import reports
from services.papers.manuscript import Manuscript
from services.papers.paper import Report

LANGUAGES = ("zh", "en", "both")
FEW = 3  # lines
KEYS = list(reports.BY_KEY)
each_report = pytest.mark.parametrize("key", KEYS)


# What stands in Latin letters in a Chinese report: numbers of records, clauses and rules, codes of sites and of papers, digests.
CODES = re.compile(
    r"[A-Z]{2,}-[A-Z]+-[\w-]+|(?:REP|RULE)-\d+|TEST|OTHER|SHA-256|RFC ?\d+|[A-Z0-9]{4}(?: [A-Z0-9]{4}){3}|https?://\S+"
    r"|\b[0-9a-f]*[0-9][0-9a-f]*\b"  # a digest, and what of it stands on the next line
)


def latin(text: str) -> list[str]:
    """The English words in a text; what has letters of digests alone is none, wherever a line broke it."""
    return [word for word in re.findall(r"[A-Za-z]{3,}", CODES.sub(" ", text)) if not re.fullmatch("[a-f]+", word)]


def few(lines: Sequence[Any], *, folded: bool) -> tuple[Any, ...]:
    """The first lines of a table and its total; all of one that stands in two halves."""
    return tuple(lines) if folded else (*lines[:FEW], *(line for line in lines[FEW:] if line.total))


def shortened(script: Manuscript) -> Manuscript:
    """The same with a few lines of each table only: long ones take long to set, and nothing else is to be seen on them."""
    assert isinstance(script.paper, Report)
    blocks = tuple(replace(each, lines=few(each.lines, folded=each.folded)) for each in script.paper.blocks)
    return replace(script, paper=replace(script.paper, blocks=blocks))


def flat(text: str) -> str:
    """A text without its blanks, as lines are broken anywhere."""
    return re.sub(r"\s+", "", text)


def said(message: Message | str, lang: str) -> str:
    """A message as a paper in one language says it."""
    return flat(message.say(lang) if isinstance(message, Message) else message)


def shown(n: int, of: int | None) -> str:
    """A figure as it must stand in a cell: of fewer than five no percentage, of none nothing."""
    if of is None:
        return f"{n:,}"
    return "—" if not of else f"{n:,}/{of:,}" if of < 5 else f"{100 * n / of:.1f}%{n:,}/{of:,}"
