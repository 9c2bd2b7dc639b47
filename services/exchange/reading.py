"""Turns what stands in a cell into the value a register keeps.

Offices write a day in a dozen ways, Excel turns numbers into decimals and telephones into
numbers, and pasted texts bring tabs and signs that cannot be seen. Each function takes a raw cell
and returns the value, None for an empty cell, or raises `Unreadable` with a sentence for a person.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from models.core.message import Message, _
from services.exchange.sheet_xml import LAST_SERIAL, from_serial

EARLIEST = date(1990, 1, 1)
# A moment of a register was, or will soon be.
AHEAD = timedelta(days=366)
# Excel keeps fifteen digits of a number and makes the rest noughts.
EXACT = 10**15
MOST_MONEY = 10**12

NOTHING = frozenset({"", "/", "-", "—", "——", "--", "无", "暂无", "n/a", "#n/a", "none", "null", "nan"})
# What is written where nobody knows or said it: nothing is entered, rather than a guess.
UNKNOWN = frozenset({"未注明", "未填", "未填写", "未登记", "未知", "不详", "不明", "not stated", "unknown"})
# What is written for a time that has not come: nothing is entered either.
NOT_YET = frozenset({"未还", "未归还", "尚未归还", "未退还", "未离开", "未完成", "未完工", "未处理", "未回复", "未办结", "not yet"})
FREE = frozenset({"免费", "免收", "无偿", "free"})
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff\ud800-\udfff]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_ENDS = re.compile(r"\r\n?|[\n\x0b\x0c\x85\u2028\u2029]")
_DAY = re.compile(
    r"(?P<year>\d{4})\s*(?P<mark>[-/.年])\s*(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})\s*[日号]?"
    r"(?:\s*[(]?(?:星期|周)[一二三四五六日天][)]?)?(?:[\sT,]*(?P<rest>\S.*))?"
)
_PLAINEST = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?: [0-9]{2}:[0-9]{2}(?::[0-9]{2})?)?")
_COMPACT = re.compile(r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})[\sT]*(?P<rest>\d{4}|\d{6}|\d{1,2}\s*[:时点].*)?")
_NO_YEAR = re.compile(r"(?:\d{2}\s*[-/.年]\s*)?(?:0?[1-9]|1[0-2])\s*[-/.月]\s*(?:[12]\d|3[01]|0?[1-9])(?:[\s,日号].*|[上下中晚早凌傍].*)?")
_HOUR = re.compile(
    r"(?P<before>上午|下午|中午|晚上|晚|凌晨|早上|早|傍晚|am|pm)?\s*(?P<hour>\d{1,2})\s*(?:[:时点]\s*)"
    r"(?:(?P<half>半)|(?P<minute>\d{1,2})\s*(?:[:分]\s*)?(?:(?P<second>\d{1,2})(?:\.\d+)?\s*秒?)?)?"
    r"\s*(?P<after>am|pm)?\s*(?P<zone>z|[+-]\d{2}:?\d{2})?",
    re.IGNORECASE,
)
_LATE = frozenset({"下午", "晚上", "晚", "傍晚", "pm"})
_EARLY = frozenset({"上午", "凌晨", "早上", "早", "am"})
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?", re.IGNORECASE)


class Unreadable(ValueError):
    """A cell that does not say what its column asks for; `message` says what is wrong and what is expected."""

    def __init__(self, message: Message) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return str(self.message)


class Moment(NamedTuple):
    """A moment in UTC. `no_hour`: the cell named a day only, and its first minute was taken."""

    at: datetime
    no_hour: bool


@dataclass(frozen=True)
class Words:
    """The words of a closed list, each with its code; `labels` are shown when a word is not among them."""

    codes: Mapping[str, str]
    labels: tuple[Message, ...]


def line(raw: Any, most: int | None = None) -> str | None:
    """One line: every run of white space is one space, what cannot be seen is gone. `most` characters at most."""
    return _within(" ".join(plainly(raw).split()), most)


def stated(raw: Any) -> str | None:
    """One line, and nothing where the cell says that nobody stated it: 不详, 未注明."""
    said = line(raw)
    return None if said is None or said.casefold() in NOTHING | UNKNOWN else said


def text(raw: Any, most: int | None = None) -> str | None:
    """Paragraphs: line ends are kept, tabs before a line and space behind it are not; never two blank lines together."""
    if isinstance(raw, str) and raw.isprintable():  # as most are: one line, without anything to be taken out
        return _within(raw.strip(), most)
    lines = (each.replace("\xa0", " ").replace("\t", " ").rstrip().lstrip(" ") for each in _ENDS.split(plainly(raw)))
    return _within(re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip(), most)


def identifier(raw: Any, most: int | None = None) -> str | None:
    """A number that names something: 2574.0 is "2574". Raises for numbers that Excel has rounded."""
    if isinstance(raw, int | float) and not isinstance(raw, bool) and abs(raw) >= EXACT:
        raise Unreadable(
            _(
                "Excel has rounded the long number “{value}”; format the column as text and enter it again",
                value=f"{raw:.0f}",
            )
        )
    return line(raw, most)


def moment(raw: Any, zone: ZoneInfo, *, now: datetime | None = None) -> Moment | None:
    """A moment, from a cell that means the local time of `zone`.

    `now` is the moment from which "more than a year ahead" is counted (aware; by default the clock's).
    """
    local, no_hour = _local(raw)
    if local is None:
        return None
    aware = local if local.tzinfo else local.replace(tzinfo=zone)
    _in_range(raw, aware.astimezone(zone).date(), (now or datetime.now(UTC)).astimezone(zone).date(), AHEAD)
    return Moment(aware.astimezone(UTC), no_hour)


def hour(raw: Any) -> time | None:
    """The time of day in a cell that says no day, as Excel's 0.4583, "11:00" and "下午3点半"; `None` where it says anything else."""
    if isinstance(raw, str) and _PLAINEST.fullmatch(raw):
        return None
    if isinstance(raw, time):
        return raw
    if isinstance(raw, datetime):
        return raw.time() if raw.date() < EARLIEST else None
    if isinstance(raw, float):
        return (datetime.min + timedelta(seconds=min(round(raw * 86400), 86399))).time() if 0 <= raw < 1 else None
    said = " ".join(unicodedata.normalize("NFKC", plainly(raw)).split())
    return _at_hour(datetime.combine(EARLIEST, time()), said, said).time() if _HOUR.fullmatch(said) else None


def day(raw: Any, *, today: date | None = None, ahead: timedelta = AHEAD) -> date | None:
    """A day. It may lie `ahead` of `today` at most (by default a year, and the clock's day in UTC)."""
    local, _no_hour = _local(raw)
    if local is None:
        return None
    _in_range(raw, local.date(), today or datetime.now(UTC).date(), ahead)
    return local.date()


def house(raw: Any) -> str | None:
    """A house number as one line, its full-width digits and letters made plain: "３栋 ２单元５０１" is "3栋 2单元501"."""
    if isinstance(raw, date | time | timedelta):
        raise Unreadable(_("Excel has made a date of the house number; format the column as text and enter it again"))
    said = line(raw)
    if said is None or said.casefold() in NOTHING:
        return None
    return half_width(said)


def half_width(said: str) -> str:
    """Digits, letters and the signs between them as a Chinese keyboard types them, made plain: １３８－００１３ is 138-0013."""
    return _WIDE.sub(lambda found: unicodedata.normalize("NFKC", found[0]), said)


_WIDE = re.compile("[０-９Ａ-Ｚａ-ｚ＋－＃／]+")
_IDENTITY = re.compile(r"(?P<kind>\D*?)[\s:]*(?P<number>[a-z]{0,3}[0-9*]{3,17}[0-9a-z]{4})", re.IGNORECASE)
_RESIDENT = (15, 18)  # characters of a resident identity number, old and new


def identity(raw: Any) -> str | None:
    """A proof of identity, of whose number the last four characters are kept: "430102199001011234" is "身份证 1234"."""
    said = unicodedata.normalize("NFKC", identifier(raw) or "")
    if said.casefold() in NOTHING:
        return None
    found = _IDENTITY.fullmatch(said)
    if found is None:
        return said
    kind = found["kind"].strip("()（） ") or ("身份证" if len(found["number"]) in _RESIDENT else "证件")
    return f"{kind} {found['number'][-4:].upper()}"


def count(raw: Any, *, least: int | None = None, most: int | None = None) -> int | None:
    """A whole number, with or without a counting word ("3把", "1,200 户", "两")."""
    said = _number_said(raw)
    if said is None:
        return None
    found = re.fullmatch(r"([+-]?\d+)(?:\.0+)?\s*(?:[^\W\d]{0,2}|%)", said)
    if found:
        number = int(found[1])
    elif said[:1] in _DIGITS and re.fullmatch(r".[^\W\d]?", said):
        number = _DIGITS[said[0]]
    else:
        raise Unreadable(_("“{value}” is not a whole number; expected 3", value=short(said)))
    if least is not None and number < least:
        raise Unreadable(_("{value} is too few; at least {least} is expected", value=number, least=least))
    if most is not None and number > most:
        raise Unreadable(_("{value} is too many; at most {most} is expected", value=number, most=most))
    return number


_DIGITS = {
    word: number for number, words in enumerate(("零〇", "一", "二两", "三", "四", "五", "六", "七", "八", "九", "十")) for word in words
}


def measure(raw: Any, units: Iterable[str]) -> str | None:
    """A number as decimal text, without the unit that may stand behind it: "89.5平方米" and "８９.５" are "89.5"."""
    said = _number_said(raw)
    if said is None:
        return None
    folded = unicodedata.normalize("NFKC", "|".join(re.escape(unit) for unit in sorted(units, key=len, reverse=True)))
    found = re.fullmatch(rf"约?\s*(\d+(?:\.\d+)?)\s*(?:{folded})?", said, re.IGNORECASE)
    if found is None:
        raise Unreadable(_("“{value}” is not a number; expected 89.5", value=short(said)))
    whole, _point, rest = found[1].partition(".")
    rest = f"{Decimal(found[1]):.6f}".partition(".")[2].rstrip("0") if len(rest) > 6 else rest.rstrip("0")
    return f"{int(whole)}.{rest}" if rest else str(int(whole))


def money(raw: Any) -> Decimal | None:
    """An amount in yuan, to the fen: "¥1,234.50", "1234.5元", "1.2万元"."""
    said = _number_said(raw)
    if said is None:
        return None
    if said.casefold() in FREE:
        return Decimal("0.00")
    found = re.fullmatch(r"(?:人民币|rmb|cny|[¥$])?\s*([+-]?\d+(?:\.\d+)?)\s*(万?)\s*(?:元|圆|块|rmb|cny)?整?", said, re.IGNORECASE)
    amount = Decimal(found[1]) * (10_000 if found[2] else 1) if found else None
    if amount is None or abs(amount) > MOST_MONEY:
        raise Unreadable(_("“{value}” is not an amount of money; expected 1234.50", value=short(said)))
    # Excel's decimals may be off in the last of fifteen digits; a third decimal that a person wrote is an error.
    rounded = amount.quantize(Decimal("0.01"), ROUND_HALF_UP)
    if abs(rounded - amount) > Decimal("0.000001"):
        raise Unreadable(_("The amount “{value}” has more than two decimals", value=short(said)))
    return rounded


_NO_TIME = NOTHING | UNKNOWN | NOT_YET
_YES = frozenset({"是", "有", "对", "已", "√", "✓", "✔", "☑", "■", "●", "1", "y", "yes", "true", "t", "ok", "能", "满意", "合格"})
_NO = frozenset(
    {"否", "无", "没有", "不是", "未", "×", "✗", "✘", "✕", "☐", "□", "○", "x", "0", "n", "no", "false", "f", "不能", "不满意", "不合格"}
)


def tick(raw: Any) -> bool | None:
    """Yes or no, as a box is ticked: 是/否, √/×, 1/0, yes/no. An empty cell is None."""
    said = unicodedata.normalize("NFKC", plainly(raw)).strip().casefold()
    if not said:
        return None
    if said in _YES or said in _NO:
        return said in _YES
    raise Unreadable(_("“{value}” is neither yes nor no; expected yes or no", value=short(said)))


def words(options: Iterable[tuple[str, Message]], synonyms: Mapping[str, str] | None = None) -> Words:
    """A closed list to read from: pairs of code and label, and further words for a code (`{"来电": "phone"}`)."""
    pairs = tuple((str(code), label) for code, label in options)
    codes = {word(each): code for each, code in (synonyms or {}).items()}
    for code, label in pairs:
        codes.update({word(label.say(language)): code for language in ("zh", "en")})
    codes.update({word(code): code for code, _label in pairs})
    return Words(codes, tuple(label for _code, label in pairs))


def choice(raw: Any, among: Words) -> str | None:
    """The code of a word of a closed list, written as code, label in either language, or synonym."""
    said = line(raw)
    if said is None or (said.casefold() in NOTHING | UNKNOWN and word(said) not in among.codes):
        return None
    code = among.codes.get(word(said)) or among.codes.get(_KIND_OF.sub("", word(said)))
    if code is None:
        labels = {f"word{number}": label for number, label in enumerate(among.labels[:12])}
        listed = Message(" / ".join(f"{{{place}}}" for place in labels), **labels)
        raise Unreadable(_("“{value}” is not in the list; expected one of: {listed}", value=short(said), listed=listed))
    return code


_KIND_OF = re.compile(r"(?:类?投诉|报修|登记|方式|性质|类)$")  # behind a word of a list that is of one matter: 有效投诉, 电话报修


def word(said: str) -> str:
    return "".join(unicodedata.normalize("NFKC", said).casefold().split())


def plainly(raw: Any) -> str:
    """The cell as text without signs that cannot be seen; a whole number without decimals."""
    if raw is None:
        return ""
    if isinstance(raw, float):
        raw = int(raw) if raw.is_integer() and abs(raw) < EXACT else repr(raw)
    if isinstance(raw, datetime):
        raw = raw.isoformat(" ", "seconds")
    if isinstance(raw, str) and raw.isprintable():
        return raw
    return _UNSEEN.sub("", _CONTROL.sub("", str(raw)))


def _within(said: str, most: int | None) -> str | None:
    if most is not None and len(said) > most:
        raise Unreadable(_("The text has {n} characters; at most {most} are expected", n=len(said), most=most))
    return said or None


def _number_said(raw: Any) -> str | None:
    """A number as text without thousands marks, or None for an empty cell."""
    said = unicodedata.normalize("NFKC", plainly(raw)).strip()
    if said.casefold() in NOTHING or said in UNKNOWN:
        return None
    if re.fullmatch(r"[+-]?\d(?:\.\d+)?e[+-]?\d+", said, re.IGNORECASE):
        said = f"{Decimal(said):f}"
    return re.sub(r"(?<=\d)[,](?=\d{3})", "", said).replace("−", "-")


def short(said: object) -> str:
    shown = " ".join(str(said).split())
    return shown if len(shown) <= 40 else shown[:39] + "…"


def _local(raw: Any) -> tuple[datetime | None, bool]:
    """The local moment that a cell names, and whether it named no hour."""
    if isinstance(raw, datetime):
        return raw.replace(microsecond=0), raw.time() == time()
    if isinstance(raw, date):
        return datetime.combine(raw, time()), True
    if isinstance(raw, bool | time | timedelta):
        raise _no_day(raw)
    if isinstance(raw, str) and _PLAINEST.fullmatch(raw):
        with suppress(ValueError):
            return datetime.fromisoformat(raw), len(raw) == len("2019-02-28")
    said = " ".join(unicodedata.normalize("NFKC", plainly(raw)).split())
    if said.casefold() in _NO_TIME:
        return None, False
    found = _COMPACT.fullmatch(said) or _DAY.fullmatch(said)
    if found is None:
        return _from_number(said)
    try:
        local = datetime(int(found["year"]), int(found["month"]), int(found["day"]))
    except ValueError:
        raise Unreadable(_("The day “{value}” does not exist", value=short(said))) from None
    rest = found["rest"]
    if not rest:
        return local, True
    return _at_hour(local, rest, said), False


def _from_number(said: str) -> tuple[datetime, bool]:
    """A moment from Excel's count of days since 1900, such as 43524.47."""
    if _NUMBER.fullmatch(said) and 1 <= float(said) < LAST_SERIAL:
        found = from_serial(float(said))
        if isinstance(found, datetime):
            return found, False
        if isinstance(found, date):
            return datetime.combine(found, time()), True
    if _NO_YEAR.fullmatch(said):
        raise Unreadable(_("“{value}” does not say the year in full; expected 2019-02-28 11:25", value=short(said)))
    raise _no_day(said)


def _no_day(said: object) -> Unreadable:
    return Unreadable(_("“{value}” is not a date; expected 2019-02-28 11:25", value=short(said)))


def _at_hour(local: datetime, rest: str, said: str) -> datetime:
    """The day with the hour that stands behind it."""
    if rest.isdigit() and len(rest) in (4, 6):
        rest = ":".join(re.findall("..", rest))
    found = _HOUR.fullmatch(rest.strip())
    if found is None:
        raise Unreadable(_("The hour of “{value}” cannot be read; expected 11:25", value=short(said)))
    hour, part = int(found["hour"]), (found["before"] or found["after"] or "").casefold()
    if part in _LATE and hour < 12:
        hour += 12
    elif part in _EARLY and hour == 12:
        hour = 0
    minute = 30 if found["half"] else int(found["minute"] or 0)
    try:
        # Offices write the end of a day as 24:00.
        if hour == 24 and minute == 0 and not int(found["second"] or 0):
            return local + timedelta(days=1)
        at = local.replace(hour=hour, minute=minute, second=int(found["second"] or 0))
        if found["zone"]:
            at = datetime.fromisoformat(at.isoformat() + found["zone"].upper().replace("Z", "+00:00"))
    except (ValueError, OverflowError):
        raise Unreadable(_("The hour of “{value}” does not exist", value=short(said))) from None
    return at


def _in_range(raw: Any, found: date, today: date, ahead: timedelta) -> None:
    if found < EARLIEST:
        raise Unreadable(_("“{value}” lies before 1990; check the year", value=short(raw)))
    if found > today + ahead:
        raise Unreadable(_("“{value}” lies too far in the future; check the year", value=short(raw)))
