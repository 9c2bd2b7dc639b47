"""Two facts in one cell: a mobile number beside a name, a house beside a name. Each goes into its own field, where that has no column.

Only what is certain is parted: a mobile number is no other thing, a house is told by its building and room, and a name by the family
name with which it begins. All else stays as it was written.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import lru_cache
from typing import Any

from models.core.fields import Field
from models.core.register import Register
from services.exchange.mapping import Mapping, imported_fields

KINDS = ("person", "house", "phone")
KEPT = 2_000
LONGEST = 60  # signs of a cell that is looked at

_MOBILE = re.compile(r"(?<![0-9A-Za-z+-])(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?![0-9A-Za-z-])")
_FIGURE = "[0-9一二三四五六七八九十]"
_HOUSE = re.compile(
    rf"(?<![0-9A-Za-z-])(?:{_FIGURE}{{1,2}}期)?"
    rf"(?:(?:[A-Z]?{_FIGURE}{{1,3}}[A-Z]?|[A-Z])(?:号楼|[栋幢座]|#楼?)-?(?:{_FIGURE}{{1,2}}(?:单元|[门梯])-?)?(?:\d{{1,2}}[楼层]-?)?\d{{2,4}}"
    r"|[A-Z]?\d{1,3}-\d{1,2}-\d{3,4}|[A-Z]?\d{1,3}-\d{3,4})[A-Z]?(?:号?[室房]|号)?(?![0-9A-Za-z-])",
    re.IGNORECASE,
)
_LABEL = re.compile(r"(?:联系)?(?:电话|手机)(?:号码?)?|(?:\b(?:tel|phone|mobile)\b\.?)|房号|姓名", re.IGNORECASE)
_EDGES = " \t\r\n,，、;；:：/|()（）[]【】-—–·.。"
_FAMILY = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏"
    "付傅方邹熊白孟秦邱侯江尹薛闫阎雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向汤温康施文牛樊葛邢安齐庄庞颜倪聂章鲁岳翟殷詹欧耿关兰焦俞左柳甘祝包宁"
    "尚符舒阮柯纪梅童凌毕单裴霍涂成苗谷曲盛冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏"
)
_NAME = re.compile(
    rf"(?:(?:欧阳|司马|上官|诸葛|司徒|皇甫|令狐|慕容|东方|尉迟|公孙|夏侯)[\u4e00-\u9fff]{{1,2}}|[{_FAMILY}][\u4e00-\u9fff]{{1,2}}"
    rf"|[{_FAMILY}](?:先生|女士|小姐|太太|师傅|老师|阿姨|经理))"
)
# What begins like a family name and is none.
_NO_NAME = re.compile(
    r"马[桶路]|毛坯|白[蚁墙]|高[空处层压]|安[全装防]|严重|万[科达]|金[地属]|常|石[材头]|雷|温[度控]|管[道线理]|房[间屋顶门租]|连[廊接]|路[灯面边]|"
    r"车[位库辆牌]|时[间段]|阳[台光]|单元|成[品员]|左[右边]|关[闭于门]|安|文[明件]|方[便位]|项目|解[决除]|程[序度]|任|包|费|成|向|于|施工|古|简|宫|冷|景"
)


@lru_cache(maxsize=KEPT)
def parted(kind: str, said: str) -> dict[str, str]:
    """What a cell of this kind of field says, by kind; nothing when it says one fact alone, or when it is not certain what it says."""
    rest, found = unicodedata.normalize("NFKC", said), {}
    for other, pattern in (("phone", _MOBILE), ("house", _HOUSE)):
        there = list(pattern.finditer(rest))
        if len(there) > 1:
            return {}
        if there:
            found[other] = there[0][0].strip(_EDGES)
            rest = f"{rest[: there[0].start()]} {rest[there[0].end() :]}"
    if not found:
        return {}
    rest = " ".join(_LABEL.sub(" ", rest).strip(_EDGES).split())
    if rest:
        if not _is_name(rest, certain=kind == "person"):
            return {}
        found["person"] = rest
    return found if len(found) > 1 and kind in found else {}


def _is_name(said: str, *, certain: bool) -> bool:
    """Whether what is left of a cell is a name; in a column of names it is one unless it has figures."""
    if certain:
        return len(said) <= 20 and not re.search(r"\d", said)
    return _NAME.fullmatch(said) is not None and _NO_NAME.match(said) is None


class Parting:
    """The cells of one ledger that may say two facts: the columns of the first name, house and telephone of its register.

    `met` counts the rows that are taken with a fact out of another column, by its field.
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
        self.met: Counter[str] = Counter()

    def of(self, column: int, raw: Any) -> dict[str, str]:
        """What a cell says by field key, its own field and those without a column; nothing when it is left as it is."""
        kind = self.columns.get(column)
        if kind is None or not isinstance(raw, str) or not 5 < len(raw) <= LONGEST:
            return {}
        found = parted(kind, raw)
        if not found.keys() - {kind} <= self.missing.keys():
            return {}
        return {self.keys[each]: text for each, text in found.items()}

    def beside(self, values: list[Any]) -> dict[str, str]:
        """What the cells of a row say besides, by the key of a field that has no column; what two cells say otherwise is left out."""
        said: dict[str, set[str]] = {}
        for column, kind in self.columns.items():
            for key, text in self.of(column, values[column]).items():
                if key != self.keys[kind]:
                    said.setdefault(key, set()).add(text)
        return {key: texts.pop() for key, texts in said.items() if len(texts) == 1}


def _own(each: Field) -> bool:
    """Whether a field is one that the person fills in who enters a row."""
    return "." not in each.key and not each.system and not each.by_step and (each.kind != "house" or each.whole)
