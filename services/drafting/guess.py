"""Which columns an office's ledger has, and what stands in them, from its headings and sample rows.

A heading that the registers know tells the kind where the values agree; else the values tell. No value of the ledger is
kept, but for the words of a list that is clearly closed: few short words without digits, each of them again and again,
and none of them a name.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from models.core.message import Message, _
from models.core.validity import HOUSE
from services.drafting.draft import KINDS, DraftField
from services.drafting.wording import CHINESE, Said, Wording, label
from services.exchange import reading
from services.exchange.reading import Unreadable
from services.exchange.telephone import phone
from services.exchange.workbook import Heading, heading_key, read

SAMPLE = 2_000
ENOUGH = 0.95  # of the values must be readable in a kind; a ledger has slips of the pen
ZONE = ZoneInfo("Asia/Shanghai")
LINE, PARAGRAPH = 200, 60  # the longest line; writing that is longer than a line of a form is text
MOST_WORDS, LONGEST_WORD, REPEATS = 8, 8, 4

SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
NUMBERED = re.compile(r"编号|序号|单号|号码|号$|码$|No\.?$", re.IGNORECASE)
SERIAL = re.compile(r"^(编号|序号|顺序号|No\.?)$", re.IGNORECASE)
OUTSIDE = re.compile(
    r"姓名|业主|客户|住户|租户|用户|访客|来客|来访人|来宾|借用人|领用人|投诉人|报修人|申请人|联系人|收件人|当事人|被访|家属|司机|驾驶"
)
INSIDE = re.compile(
    r"经办|登记人|接待|值班|处理人|处置人|检查人|巡查人|巡视人|填表|填写人|审核|复核|记录人|维修人|保管人|管理员|交班|接班|回访人|发放人|派单|接单|跟进人|负责人|批准人"
)
PEOPLE = re.compile(r"(人|员|者|签名|签字|姓名)$")
HOUSES = re.compile(r"房号|房间|楼栋|户号|住址|门牌|房屋")
HOUSE_MARK = re.compile(r"\d+\s*[栋幢座#＃号楼单元室]|\d+-\d+")
PAPERS = re.compile(r"身份证|证件号|证件$")
PHONES = re.compile(r"电话|手机|联系方式")
DAYS = re.compile(r"日期|时间|日$|时刻")
MONEY = re.compile(r"金额|费|价|押金|款|元\)?$")
LONG = re.compile(r"内容|详情|情况|意见|说明|描述|结果|措施")
NUMBERS_ITSELF, SAID_TWICE = _("each record gets a number of its own."), _("another column has the same heading.")
YES_OR_NO = re.compile(r"^是否|^有无|[否吗]\W*$")


@dataclass(slots=True)
class Column:
    """One column of the ledger: its heading and its values, blank ones left out of `values`."""

    heading: Heading
    rows: int = 0
    values: list[Any] = field(default_factory=list)

    @property
    def said(self) -> list[str]:
        """The values as one line each."""
        return [found for each in self.values if (found := reading.line(each))]

    def share(self, reader: Callable[[Any], Any]) -> float:
        """How many of the values a reader understands, of one."""
        return sum(1 for each in self.values if _reads(reader, each)) / len(self.values) if self.values else 0.0

    @property
    def filled(self) -> bool:
        """Whether every row has a value."""
        return 0 < self.rows == len(self.values)


@dataclass(slots=True)
class Ledger:
    """What was found in a file: the fields guessed, what a person should know, and what the sheet calls itself."""

    fields: list[DraftField]
    rows: int
    heading_row: int
    title: str
    known_by: DraftField | None
    notes: list[Message]


def ledger(source: Path, wording: Wording) -> Ledger:
    """Look into a ledger (.xlsx, .xls or .csv). Raises `WorkbookRefused` when it is none."""
    book = read(source, source.name, ())
    columns = [Column(each) for each in book.headings if label(each.text)]
    rows = list(islice(book.rows, SAMPLE))
    for column in columns:
        column.rows = len(rows)
        column.values = [value for row in rows if not _blank(value := row.values[column.heading.column])]
    fields: list[DraftField] = []
    known_by: DraftField | None = None
    seen: set[str] = set()
    notes = list(book.notes)
    for column in columns:
        heading = column.heading
        why = NUMBERS_ITSELF if SERIAL.fullmatch(heading.text) else SAID_TWICE if heading_key(heading.text) in seen else None
        if why is not None:
            notes.append(_("Column {letters} “{heading}” is left out: {why}", letters=heading.letters, heading=heading.text, why=why))
            continue
        seen.add(heading_key(heading.text))
        found = _field(column, wording)
        fields.append(found)
        if known_by is None and found.kind == "line" and NUMBERED.search(heading.text) and column.filled and _distinct(column):
            known_by = found
    titles = (label(each) for each in (book.sheet, source.stem))
    title = next((each for each in titles if CHINESE.search(each)), "")
    return Ledger(fields, len(rows), book.heading_row, title, known_by, notes)


def _field(column: Column, wording: Wording) -> DraftField:
    zh = label(column.heading.text)
    kind = kind_of(column, wording)
    words = [Said(word, wording.english(word)) for word in closed_words(column)] if kind == "pick" else []
    required = column.filled and kind != "tick"
    return DraftField(Said(zh, wording.english(zh)), kind, required=required, heading=column.heading.text, words=words)


def kind_of(column: Column, wording: Wording) -> str:
    """The kind of a column, first by what cannot be mistaken, then by its heading, then by its values."""
    heading = label(column.heading.text)
    for kind, holds in _SURE:
        if holds(column, heading):
            return kind
    known = wording.fields.get(heading_key(heading))
    if known is not None and known.kind in ("person", "staff", "house", "line", "text") and _agrees(column, known.kind):
        return known.kind
    return next((kind for kind, holds in _LIKELY if holds(column, heading)), "line")


def kind_by_heading(heading: str, wording: Wording) -> str:
    """The kind of a field of which nothing is known but what it is called."""
    known = wording.fields.get(heading_key(heading))
    if known is not None and known.kind in KINDS and known.kind != "pick":
        return known.kind
    return kind_of(Column(Heading(heading, 0)), wording)


def _phone(column: Column, heading: str) -> bool:
    share = column.share(phone)
    return bool(PHONES.search(heading) and (share >= 0.5 or not column.values)) or (
        share >= ENOUGH and all(len(re.sub(r"\D", "", each)) == 11 for each in column.said)
    )


def _moment(column: Column, heading: str) -> bool:
    return _dated(column, heading) and not (column.values and all(_no_hour(each) for each in column.values))


def _dated(column: Column, heading: str) -> bool:
    if not column.values:
        return bool(DAYS.search(heading))
    plain = any(isinstance(each, int | float) or re.fullmatch(r"\d+(\.\d+)?", str(each).strip()) for each in column.values)
    return column.share(lambda raw: reading.moment(raw, ZONE)) >= ENOUGH and (not plain or bool(DAYS.search(heading)))


def _no_hour(raw: Any) -> bool:
    with suppress(Unreadable):
        found = reading.moment(raw, ZONE)
        return found is None or found.no_hour
    return True


def _tick(column: Column, heading: str) -> bool:
    said = {each.casefold() for each in column.said}
    if not said or len(said) > 4 or column.share(reading.tick) < 1:
        return False
    return bool(YES_OR_NO.search(heading)) or (not any(each.isdigit() for each in said) and len(said) <= 2)


def _count(column: Column, heading: str) -> bool:
    if NUMBERED.search(heading) or not column.values or any(CHINESE.search(each) and len(each) > 6 for each in column.said):
        return False
    return column.share(lambda raw: reading.count(raw, least=0, most=1_000_000)) >= ENOUGH


def _money(column: Column, heading: str) -> bool:
    amount = column.share(reading.money) >= ENOUGH and all(not each.startswith("-") for each in column.said)
    return bool(column.values and amount and (MONEY.search(heading) or any(sign in each for each in column.said for sign in "¥￥元")))


def _house(column: Column, heading: str) -> bool:
    houses = [each for each in column.said if HOUSE.fullmatch(each)]
    if HOUSES.search(heading):
        return len(houses) >= ENOUGH * len(column.values)
    return bool(houses) and sum(1 for each in houses if HOUSE_MARK.match(each) and len(each) <= 20) >= ENOUGH * len(column.values)


def _person(column: Column, heading: str) -> bool:
    named = _names(column.said)
    if PEOPLE.search(heading) or OUTSIDE.search(heading):
        return _short(column, 40)
    return named >= 0.9 and len(set(column.said)) > MOST_WORDS


def _staff(column: Column, heading: str) -> bool:
    return bool(INSIDE.search(heading)) and bool(PEOPLE.search(heading)) and not OUTSIDE.search(heading) and _short(column, 40)


def _text(column: Column, heading: str) -> bool:
    if not column.values:
        return bool(LONG.search(heading))
    return any("\n" in str(each).strip() for each in column.values) or max(map(len, column.said), default=0) > PARAGRAPH


_SURE: tuple[tuple[str, Callable[[Column, str], bool]], ...] = (
    ("identity", lambda column, heading: bool(PAPERS.search(heading))),
    ("phone", _phone),
    ("moment", _moment),
    ("day", _dated),
    ("tick", _tick),
    ("money", _money),
    ("count", _count),
    ("pick", lambda column, heading: bool(closed_words(column))),
)
_LIKELY: tuple[tuple[str, Callable[[Column, str], bool]], ...] = (
    ("house", _house),
    ("staff", _staff),
    ("person", _person),
    ("text", _text),
)


def closed_words(column: Column) -> list[str]:
    """The words of a closed list, the most frequent first; none where it is not clearly one."""
    heading, said = label(column.heading.text), column.said
    counted = Counter(said)
    few = 2 <= len(counted) <= MOST_WORDS and len(said) >= REPEATS * len(counted) and min(counted.values()) > 1
    if not few or PEOPLE.search(heading) or OUTSIDE.search(heading) or _names(counted) >= 0.5:
        return []
    plain = all(len(each) <= LONGEST_WORD and CHINESE.search(each) and not re.search(r"[\dA-Za-z]", each) for each in counted)
    return [word for word, _many in counted.most_common()] if plain else []


def _agrees(column: Column, kind: str) -> bool:
    """Whether the values can stand in a field of the kind that the heading usually has."""
    match kind:
        case "house":
            return all(HOUSE.fullmatch(each) for each in column.said)
        case "person" | "staff":
            return _short(column, 40)
        case "line":
            return not _text(column, "")
    return True


def _names(values: Iterable[str]) -> float:
    """How many of the values look like the name of a Chinese person, of one."""
    told = list(values)
    like = [each for each in told if 2 <= len(each) <= 3 and each[0] in SURNAMES and all(CHINESE.match(sign) for sign in each)]
    return len(like) / len(told) if told else 0.0


def _short(column: Column, most: int) -> bool:
    return all(len(each) <= most for each in column.said)


def _distinct(column: Column) -> bool:
    return len(set(column.said)) == len(column.values)


def _blank(value: Any) -> bool:
    return value is None or str(value).strip() in ("", "/", "-", "—", "无")


def _reads(reader: Callable[[Any], Any], raw: Any) -> bool:
    with suppress(Unreadable):
        return reader(raw) is not None
    return False
