"""What makes an entry right: by the kind of each field, and by rules between fields."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

from models.core.choice import Choice
from models.core.fields import Field, meant
from models.core.message import Message, _

if TYPE_CHECKING:
    from models.core.register import Register

MOBILE = re.compile(r"1[3-9]\d{9}")
LANDLINE = re.compile(r"(0\d{2,3}-?[1-9]|[2-9])\d{6,7}(-\d{1,6})?|[48]00-?\d{3}-?\d{4}|\+\d{6,15}")
HOUSE = re.compile(r"(?=.*\d)[\w一-鿿#＃\-－—/·.()（） ]{2,60}")
IDENTITY = re.compile(r".{0,50}?[0-9A-Za-z]{4}")


class Invalid(ValueError):
    """Entries that need correcting: a message for each field key; `""` stands for the whole record."""

    def __init__(self, problems: dict[str, Message]) -> None:
        super().__init__("; ".join(f"{key}: {message}" for key, message in problems.items()))
        self.problems = problems


# A condition between fields: gets the row, answers with a message for each field that is wrong.
Rule = Callable[[Any], dict[str, Message]]


SLACK = timedelta(minutes=10)  # clocks of desks differ


@dataclass(frozen=True)
class NotAhead:
    """The rule that the moment or day `key` has come."""

    key: str
    clock: Callable[[], datetime]

    def __call__(self, row: Any) -> dict[str, Message]:
        """What lies ahead in the row."""
        value, latest = getattr(row, self.key), self.clock() + SLACK
        if value is None:
            return {}
        limit = latest if isinstance(value, datetime) else latest.date() + timedelta(days=1)  # the day begins earlier in the east
        return {self.key: _("This has not come yet; enter what has happened.")} if value > limit else {}


def not_ahead(key: str, clock: Callable[[], datetime]) -> Rule:
    """The moment or day `key` has come: nothing is entered before it happens, and no number of a coming year is given."""
    return NotAhead(key, clock)


def in_order(earlier: str, later: str, message: Message) -> Rule:
    """The moment or day `later` is not before `earlier`."""

    def check(row: Any) -> dict[str, Message]:
        first, second = getattr(row, earlier), getattr(row, later)
        return {later: message} if first is not None and second is not None and second < first else {}

    return check


@dataclass(frozen=True)
class Needed:
    """The rule that each of `keys` must be filled when the row is as `when` says."""

    keys: tuple[str, ...]
    when: Callable[[Any], bool]

    def __call__(self, row: Any) -> dict[str, Message]:
        """What is missing in the row."""
        fields = type(row).fields()
        return {key: FILL_IN for key in self.keys if self.when(row) and getattr(row, fields[key].column) in (None, "")}


def needed(keys: str, when: Callable[[Any], bool]) -> Rule:
    """Each of `keys` must be filled when the row is as `when` says."""
    return Needed(tuple(keys.split()), when)


FILL_IN = _("Please fill this in.")


NUMBER = re.compile(r"\d+(\.\d+)?")


def _phone(value: str) -> Message | None:
    if "/" in value:  # several, as the office writes them
        return next((wrong for each in value.split("/") if (wrong := _phone(each))), None)
    digits = re.sub(r"[\s\-()（）]", "", value)
    if MOBILE.fullmatch(digits) or LANDLINE.fullmatch(value.strip()) or LANDLINE.fullmatch(digits):
        return None
    if digits.isdigit() and digits.startswith("1") and len(digits) != 11:
        return _("A mobile number has 11 digits; this has {n}.", n=len(digits))
    return _("This is neither a mobile number nor a telephone, such as 13800001234 or 0731-88881234.")


def _house(value: str) -> Message | None:
    if HOUSE.fullmatch(value):
        return None
    return _("A house number has a building and a room, such as 3栋2单元1202 or 19#-0201.")


def _count(field: Field, value: Any) -> Message | None:
    if field.least is not None and value < field.least:
        return _("At least {n}.", n=field.least)
    if field.most is not None and value > field.most:
        return _("At most {n}.", n=field.most)
    return None


def _identity(value: str) -> Message | None:
    if re.search(r"\d{8,}", value):
        return _("Write only the kind of document and its last four characters; the whole number is not kept.")
    return None if IDENTITY.fullmatch(value) else _("Write the kind of document and its last four characters, such as 身份证 1234.")


KINDS: dict[str, Any] = {"count": int, "money": (Decimal, int), "day": date, "moment": datetime, "tick": bool, "link": int, "grid": list}


def _kind(field: Field, value: Any) -> Message | None:
    return None if isinstance(value, KINDS.get(field.kind, str)) else _("This cannot be read.")


@cache
def codes(choices: type[Choice]) -> frozenset[str]:
    """The codes of a closed list."""
    return frozenset(choice.value for choice in choices)


def _grid(field: Field, lines: list[Any]) -> Message | None:
    assert field.lines is not None
    for n, line in enumerate(lines, 1):
        for key, column in field.lines.columns.items():
            entry = meant(column, line.get(key))
            wrong = (FILL_IN if column.required and column.kind != "tick" else None) if entry in (None, "") else problem(column, entry)
            if wrong:
                return _("Line {n}, {label}: {wrong}", n=n, label=column.label, wrong=wrong)
    return None


def problem(field: Field, value: Any) -> Message | None:
    """What is wrong with `value` as an entry of `field`, empty values aside; `None` when it is right."""
    wrong = _kind(field, value)
    if wrong:
        return wrong
    if isinstance(value, str) and field.longest and len(value) > field.longest:
        return _("At most {most} characters; this has {n}.", most=field.longest, n=len(value))
    if field.choices is not None and value not in codes(field.choices):
        return _("Choose one of the list.")
    match field.kind:
        case "line" if field.units:
            return None if NUMBER.fullmatch(value) else _("This is not a number, such as 89.5.")
        case "phone":
            return _phone(value)
        case "house":
            return _house(value) if field.whole else None
        case "identity":
            return _identity(value)
        case "count" | "money":
            return _count(field, value)
        case "grid":
            return _grid(field, value)
    return None


@cache
def _asked(register: type[Register]) -> tuple[tuple[str, str, Field, type | None, int, frozenset[str]], ...]:
    """Each field with its key and column, and what is right in it at a glance: a type, a length of text, the codes of its list."""
    return tuple(
        (key, each.column, each, RIGHT.get(each.kind), _free(each), codes(each.choices) if each.choices is not None else frozenset())
        for key, each in register.fields().items()
    )


RIGHT: dict[str, type] = {"day": date, "moment": datetime, "tick": bool, "link": int}


def _free(field: Field) -> int:
    judged = field.kind in KINDS or field.kind in ("phone", "identity") or field.units or (field.kind == "house" and field.whole)
    return 0 if judged or field.choices is not None else (field.longest or 0)


def problems(row: Register, needed_keys: Iterable[str] = ()) -> dict[str, Message]:
    """Everything that is wrong with a row, by field key.

    `needed_keys` must be filled besides those that the declaration requires. A row taken over
    from elsewhere is held to the kinds of its fields and not to the rules of new entries, that alone excepted
    that its own moment has come.
    """
    found: dict[str, Message] = {}
    wanted = set(needed_keys)
    held, taken_over = vars(row), row.taken_over
    for key, column, field, right, free, among in _asked(type(row)):
        value = held[column] if column in held else getattr(row, column)
        if value is None or value == "":
            unsaid = taken_over and field.unsayable and value == ""
            if (key in wanted or (field.required and not unsaid)) and not field.system:
                found[key] = FILL_IN
        elif type(value) is right or (type(value) is str and (len(value) <= free or value in among)):
            continue
        elif field.kind != "number" and (wrong := problem(field, value)):
            found[key] = wrong
    for key, value in row.told.items():
        if value is not None and (wrong := problem(type(row).field(key), value)):
            found[key] = wrong
    for each in _of_foreign(type(row)) if taken_over else type(row).rules:
        found = each(row) | found
    return found


@cache
def _of_foreign(register: type[Register]) -> tuple[Rule, ...]:
    """The rules to which a row taken over from elsewhere is held: that what it tells of has happened, where its register says so."""
    return tuple(each for each in register.rules if isinstance(each, NotAhead) and each.key == register.about.moment)
