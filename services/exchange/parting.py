"""Two facts in one cell: a mobile number beside a name, a house beside a name. Each goes into its own field, where that has no column.

Only what is certain is parted: a mobile number is no other thing, a house is told by its building and room, and a name by the family
name with which it begins; outside a column of names it has a title behind that. All else stays as it was written.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from models.core.fields import Field
from models.core.register import Register
from services.exchange.mapping import Mapping, imported_fields

KINDS = ("person", "house", "phone")
LONGEST = 60  # signs of a cell that is looked at

_DIGIT = re.compile("[0-9０-９]")
_LABELLED = r"(?:(?:(?:联系)?(?:电话|手机)(?:号码?)?|tel|phone|mobile)[ :.]*)?(?:\+86[- ]?|86)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?![0-9A-Za-z-])"
_MOBILE = re.compile(rf"\({_LABELLED}\)|(?<![0-9A-Za-z+-]){_LABELLED}", re.IGNORECASE)
_FIGURE = "[0-9一二三四五六七八九十]"
# By its words, or as building, stairs and room; a room that may be a year might be one of a day.
_HOUSE = re.compile(
    rf"(?<![0-9A-Za-z-])(?:{_FIGURE}{{1,2}}期)?"
    rf"(?:(?:[A-Z]?{_FIGURE}{{1,3}}[A-Z]?|[A-Z])(?:号楼|[栋幢座]|#楼?)-?(?:{_FIGURE}{{1,2}}(?:单元|[门梯])-?)?(?:\d{{1,2}}[楼层]-?)?\d{{2,4}}"
    r"|[A-Z]?\d{1,2}-0?[1-9]-(?!19\d\d|20\d\d)\d{3,4})[A-Z]?(?:号?[室房]|号)?(?![0-9A-Za-z-])",
    re.IGNORECASE,
)
_BETWEEN = " ,、;:/|"  # what stands between two facts
_FAMILY = (
    "[王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏"
    "付傅方邹熊孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向汤欧]"
)
_TITLED = re.compile(f"{_FAMILY}(?:先生|女士|师傅|小姐|太太|阿姨|老师)")
_NAME = re.compile(rf"(?!周[一二三四五六日天末]|马上|方便|No ){_FAMILY}[\u4e00-\u9fff]{{1,3}}|[A-Z][a-z]+ [A-Z][a-z]+")


def parted(kind: str, said: str) -> dict[str, str]:
    """What a cell of this kind of field says, by kind; nothing when it says one fact alone, or when it is not certain what it says."""
    rest, found = unicodedata.normalize("NFKC", said), {}
    for other, pattern in (("phone", _MOBILE), ("house", _HOUSE)):
        there = pattern.findall(rest)
        if len(there) > 1:
            return {}
        if there:
            found[other] = there[0]
            rest = pattern.sub(" ", rest)
    if not found:
        return {}
    if "phone" in found:
        found["phone"] = re.sub(r"\D", "", found["phone"])[-11:]
    rest = " ".join(rest.split()).strip(_BETWEEN)
    if rest:
        if not (_TITLED.fullmatch(rest) or (kind == "person" and _NAME.fullmatch(rest))):
            return {}
        found["person"] = rest
    return found if len(found) > 1 and kind in found else {}


class Parting:
    """The cells of one ledger that may say two facts: the columns of the first name, house and telephone of its register.

    `met` has the rows, by their numbers, that are taken with a fact out of another column, by its field.
    """

    def __init__(self, register: type[Register], mapping: Mapping) -> None:
        own = [each for each in imported_fields(register) if _own(each)]
        first = {kind: next((each for each in own if each.kind == kind), None) for kind in KINDS}
        self.keys = {kind: each.key for kind, each in first.items() if each is not None}
        self.missing = {kind: key for kind, key in self.keys.items() if key not in mapping.columns}
        self.columns = {
            columns[0]: kind
            for kind, key in self.keys.items()
            if self.missing and len(columns := mapping.columns.get(key, ())) == 1 and columns[0] not in mapping.parts
        }
        self.met: dict[str, set[int]] = {}

    def of(self, values: Sequence[Any]) -> dict[int, dict[str, str]]:
        """What the cells of a row say by field key, those alone that say two facts; none when two of them say one fact otherwise."""
        apart: dict[int, dict[str, str]] = {}
        said: dict[str, str] = {}
        for column, kind in self.columns.items():
            raw = values[column]
            if not isinstance(raw, str) or not 5 < len(raw) <= LONGEST or raw.isdigit() or not _DIGIT.search(raw):
                continue
            found = parted(kind, raw)
            if not found or not found.keys() - {kind} <= self.missing.keys():
                continue
            apart[column] = {self.keys[each]: text for each, text in found.items()}
            for key, text in apart[column].items():
                if said.setdefault(key, text) != text:
                    return {}
        return apart


def _own(each: Field) -> bool:
    """Whether a field is one that the person fills in who enters a row."""
    return "." not in each.key and not each.system and not each.by_step and (each.kind != "house" or each.whole)
