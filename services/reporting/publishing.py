"""What may be published of what people wrote: no name, no telephone and no flat stands in a report to owners (S1 4.12.2a; norms 4)."""

from __future__ import annotations

import re
from collections.abc import Iterable

LEFT_OUT = "×××"
HIDDEN = ("person", "phone", "identity", "house")  # the kinds of fields whose values must not stand in a text
_BLOCK = r"[A-Za-z]?[0-9０-９一二三四五六七八九十]{1,4}\s*(?:号楼|[栋幢座#＃楼])"
_PATTERNS = (
    re.compile(r"(?<![0-9])(?:\+?86[- ]?)?1[3-9][0-9](?:[- ]?[0-9]{4}){2}(?![0-9])"),  # a mobile telephone
    re.compile(r"(?<![0-9])0[0-9]{2,3}[- ][0-9]{7,8}(?![0-9])"),  # one with its area code
    re.compile(
        rf"{_BLOCK}\s*[-－]?\s*(?:[0-9一二三四五六]{{1,2}}\s*(?:单元|[门梯])?\s*[-－]?\s*)?[0-9]{{3,4}}(?![0-9])\s*(?:号?[室房户]|号)?"
    ),
    re.compile(r"(?<![0-9-])[0-9]{1,3}-[0-9]{1,2}-[0-9]{3,4}(?![0-9-])"),  # 3-2-1202
    re.compile(r"(?<![0-9])[0-9]{3,4}(?:室|房(?!屋)|号房)"),
    re.compile(r"[\u4e00-\u9fff](?=先生|女士|小姐|太太|阿姨|大爷|老师|某)"),
)


def publishable(text: str, names: Iterable[str | None] = ()) -> str:
    """A text without what tells who somebody is: without `names`, and without what looks like a flat, a telephone or Mrs So-and-so."""
    for name in sorted({each for each in names if each and len(each) > 1}, key=len, reverse=True):
        text = text.replace(name, LEFT_OUT)
    for pattern in _PATTERNS:
        text = pattern.sub(LEFT_OUT, text)
    return text
