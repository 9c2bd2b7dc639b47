"""Which column of a foreign ledger is which field: by the labels in both languages, then by the words that offices use."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Given
from dataclasses import dataclass, field, replace

from models.core.fields import Field
from models.core.message import Message, _
from models.core.register import REGISTERS, Register
from services.exchange.workbook import Heading, heading_key

# Over the column in which rows that come back to be corrected are told why they were refused: it is no field, and not read.
REASON = _("Why not taken over")


# What offices call a column of each kind, whatever the register; it means the first field of that kind.
USUAL = {
    "house": "房号 房屋 房屋编号 房间号 门牌号 住址 地址 栋号 单元房号 业主房号 House Room Flat Unit Address",
    "phone": "电话 联系电话 手机 手机号 手机号码 电话号码 联系方式 联系电话号码 Phone Mobile Tel Telephone",
    "person": "姓名 业主 业主姓名 住户 住户姓名 客户 客户姓名 联系人 报事人 Name Resident Owner Customer",
    "staff": "经办人 经手人 登记人 值班员 负责人 记录人 处理人 Handler Officer Staff",
    "moment": "时间 日期 登记时间 登记日期 发生时间 日期时间 Time Date",
    "day": "日期 登记日期 时间 Date Day",
    "money": "金额 费用 Amount",
    "count": "数量 Quantity Number",
}


@dataclass(slots=True)
class Mapping:
    """The places of the columns by field key, and the headings that are no field's.

    `names` holds, by the fields by which a row is known again, the columns of those that the ledger has.
    """

    headings: Sequence[Heading]
    columns: dict[str, int] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    names: dict[str, dict[str, int]] = field(default_factory=dict)

    def pairs(self, register: type[Register]) -> list[tuple[str, Message | None]]:
        """Each heading of the file with the label of the field that it was taken for."""
        taken = {column: register.field(key).label for column, key in self.by_column().items()}
        return [(heading.text, taken.get(heading.column)) for heading in self.headings if heading.text]

    def naming(self) -> list[tuple[str, int]]:
        """The fields by which a row is known again, with their columns."""
        return [pair for columns in self.names.values() for pair in columns.items()]

    def by_column(self) -> dict[int, str]:
        """The field that each column was taken for; a column that names rows and fills a field stands for that field."""
        found = {column: key for key, column in self.naming()}
        return found | {column: key for key, column in self.columns.items()}


def imported_fields(register: type[Register]) -> Iterator[Field]:
    """The fields that a column may fill: all that the paper has, stamps and steps included, but neither number, state nor tables.

    Behind them come those of the records that a row brings about.
    """
    for each in register.fields().values():
        if each.kind not in ("number", "state", "grid", "record"):
            yield each
    for name, brought in register.brings.items():
        for key, words in brought.headings.items():
            yield replace(REGISTERS[brought.target].field(key), key=f"{name}.{key}", known_as=tuple(words.split()))


def _names(each: Field) -> tuple[str, ...]:
    return each.label.say("zh"), each.label.say("en"), each.label.text


def _usual(register: type[Register]) -> dict[str, tuple[str, ...]]:
    """The usual words for the first field of each kind, the register's own moment before other moments; remarks by their key."""
    found: dict[str, tuple[str, ...]] = {}
    met: set[str] = set()
    moment = register.about.moment
    for each in sorted(imported_fields(register), key=lambda each: each.key != moment):
        if each.kind in USUAL and each.kind not in met and not ("." in each.key or (each.system and each.key != moment)):
            met.add(each.kind)
            found[each.key] = tuple(USUAL[each.kind].split())
        if each.key == "remark":
            found[each.key] = ("备注", "备注栏", "说明", "Remarks", "Note", "Notes")
    return found


def known_headings(register: type[Register]) -> set[str]:
    """Every heading under which a column of this register is recognised."""
    number, usual = register.fields()["number"], _usual(register)
    fields = (number, *imported_fields(register))
    return {name for each in fields for name in (*_names(each), *each.known_as, *usual.get(each.key, ()))}


def map_headings(register: type[Register], headings: Sequence[Heading], chosen: Given[int, str] | None = None) -> Mapping:
    """Find the field of each column, or take what was `chosen` for it. A second column for the same field is left, and named as unknown."""
    found = Mapping(headings)
    if chosen is not None:
        allowed = {"number", *(each.key for each in imported_fields(register))}
        places = {key: column for column, key in sorted(chosen.items(), reverse=True) if key in allowed and column < len(headings)}
        number = places.pop("number", None)
        found.columns = dict(sorted(places.items(), key=lambda pair: pair[1]))
    else:
        number = _recognise(register, found)
    _find_names(register, found, number, guessed=chosen is None)
    taken = {*found.columns.values(), *(column for _key, column in found.naming())}
    silent = {heading_key(REASON.say(language)) for language in ("zh", "en")}
    left = [heading for heading in headings if heading.text and heading.column not in taken]
    found.unknown = [heading.text for heading in left if heading_key(heading.text) not in silent]
    return found


def _recognise(register: type[Register], found: Mapping) -> int | None:
    """Find the columns by their headings; answers with that of the register's own number."""
    by_key: dict[str, int] = {}
    for heading in found.headings:
        if heading.text:
            by_key.setdefault(heading_key(heading.text), heading.column)
    free = set(by_key.values())
    usual = _usual(register)
    for words in (_names, lambda each: each.known_as, lambda each: usual.get(each.key, ())):
        for each in imported_fields(register):
            column = next((by_key[key] for name in words(each) if (key := heading_key(name)) in by_key and by_key[key] in free), None)
            if each.key not in found.columns and column is not None:
                found.columns[each.key] = column
                free.discard(column)
    number = register.fields()["number"]
    return next((by_key[key] for name in _names(number) if (key := heading_key(name)) in by_key and by_key[key] in free), None)


def _find_names(register: type[Register], found: Mapping, number: int | None, *, guessed: bool) -> None:
    """Find the columns by which rows are known again: the register's own number, and the fields that name a row elsewhere.

    A foreign ledger that has one number only means its own by it, unless somebody said what its columns are.
    """
    elsewhere = register.taken_over_as.known_by if register.taken_over_as is not None else ""
    keys = elsewhere.split()
    if number is not None:
        found.names["number"] = {"number": number}
        if guessed and len(keys) == 1 and register.field(keys[0]).kind == "line":
            found.columns.setdefault(keys[0], number)
    if keys and keys[0] in found.columns:
        found.names[elsewhere] = {key: found.columns[key] for key in keys if key in found.columns}
