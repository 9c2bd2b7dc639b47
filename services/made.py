"""Made values: what a register might hold, by the kinds of its fields, as a Chinese office would write it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from random import Random
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

from models.core.audit import plain
from models.core.fields import Field
from models.core.register import Register
from models.core.workflow import Transition

SURNAMES = "李王张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
GIVEN = (
    "伟",
    "芳",
    "娜",
    "敏",
    "静",
    "丽",
    "强",
    "磊",
    "军",
    "洋",
    "勇",
    "艳",
    "杰",
    "娟",
    "涛",
    "明",
    "超",
    "秀英",
    "桂兰",
    "志强",
    "晓燕",
    "建国",
    "文静",
    "国华",
    "佳怡",
    "海涛",
)
STAFF = ("何静", "陈雨", "周敏", "吴磊", "赵刚", "林国栋")
PLACES = (
    "地下车库",
    "单元门口",
    "三号楼电梯",
    "小区东门",
    "儿童游乐区",
    "楼道",
    "消防通道",
    "北侧绿化带",
    "垃圾投放点",
    "架空层",
    "屋面",
    "健身广场",
    "西门岗亭",
    "充电车棚",
    "会所前坪",
    "水泵房旁",
)
TROUBLES = (
    "夜间施工噪声扰民",
    "照明灯不亮",
    "门禁失灵",
    "垃圾未及时清运",
    "车辆乱停放",
    "地砖破损",
    "有异味",
    "积水未清",
    "广场舞音量过大",
    "宠物粪便无人清理",
    "监控损坏",
    "道闸误抬",
    "电梯异响",
    "外墙砖松动",
    "快递堆放占道",
    "绿植枯死",
)
LEAK = "漏水"
DEMANDS = (
    "要求尽快处理",
    "多次反映未解决，要求说明原因",
    "影响老人孩子休息，请马上派人",
    "希望给出完成时间",
    "要求现场查看并回复",
    "请与责任单位协调解决",
)
RESULTS = (
    "已安排人员现场处理，恢复正常",
    "更换损坏部件并试用正常，业主确认",
    "清理完毕并安排每日巡查",
    "已协调责任单位整改，复查合格",
    "上门说明情况，业主表示理解",
)
# What stands in fields that are no complaint, by their key; the rest say what fits everywhere.
PHRASES: dict[str, tuple[str, ...]] = {
    "opinion": ("满意", "处理及时，谢谢", "基本满意", "希望坚持"),
    "cause": ("设备老化", "保洁缺员", "施工单位未按时段作业", "雨后渗入", "住户乱停放"),
    "plan": ("更换部件并复查", "联系维保单位两日内修复", "清理并加强巡查"),
    "team": ("维修班", "保洁班", "秩序维护班", "绿化班"),
    "department": ("工程部", "秩序维护部", "顺达水电", "开发商工程部"),
    "passed_to": ("工程部", "秩序维护部", "环境部", "财务部"),
    "weather": ("晴", "多云", "小雨", "阴"),
    "batch": ("2025年度满意度调查", "2026年度满意度调查"),
    "responsible": ("锦绣物业锦绣花园服务中心",),
}
COMMON = ("已按规定办理", "情况属实，已记录", "已核对无误", "按流程处理")
SHORT_AGE = timedelta(days=10)


class Maker:
    """Makes the values of one register at one site; the same `seed` makes the same values."""

    def __init__(self, register: type[Register], zone: ZoneInfo, now: datetime, seed: int) -> None:
        self.register = register
        self.zone = zone
        self.now = now
        self.random = Random(seed)
        entered = {key for key in register.entry_keys()}
        fields = register.fields()
        self.asked = [field for key, field in fields.items() if key in entered and field.kind != "link"]
        self.empty: dict[str, Any] = {field.column: None for field in fields.values() if field.kind != "number"}
        for field in fields.values():
            if field.default is not None:
                self.empty[field.column] = field.default()
            elif field.kind == "tick" and field.required:
                self.empty[field.column] = False
        self.subject = register.about.subject
        self.quantity = 1
        # Rules and deadlines ask a row for its values and its class for the declaration: such a class, without the weight of a record.
        declared = {name: getattr(register, name) for name in ("key", "deadlines", "field", "fields", "State", "intent")}
        self.stand_in: type[SimpleNamespace] = type(register.__name__, (SimpleNamespace,), declared)
        # A row that keeps a count in another one is made closed: nothing is left to be counted.
        self.settled = register.carry is not Register.carry
        self.ends = [choice.value for choice in register.closed] or [self._start()]
        self.states = self.ends if self.settled else [choice.value for choice in fields["state"].choices or ()]

    def _start(self) -> str:
        return str(self.register.__table__.c.state.default.arg)

    def values(self, moment: datetime) -> dict[str, Any]:
        """The values of one row by column, whose own moment is `moment`: where it stands, and all that was written on the way."""
        row = dict(self.empty)
        matter = self._matter()
        self.quantity = self.random.randint(1, 3)
        for field in self.asked:
            row[field.column] = self.value(field, moment, matter)
        own = self.register.about.moment
        row[own] = moment if self.register.fields()[own].kind == "moment" else moment.astimezone(self.zone).date()
        self._go(row, moment, matter)
        self._mend(row, moment, matter)
        return row

    def _mend(self, row: dict[str, Any], moment: datetime, matter: tuple[str, str]) -> None:
        """Choose anew what the rules of the register do not allow together."""
        fields = self.register.fields()
        words = {field.key for field in self.asked if field.kind == "pick"}
        for rounds in range(60):
            found = {key for rule in self.register.rules for key in rule(self.stand_in(**row)) if key in fields}
            if not found:
                return
            for key in sorted(found | (words if rounds >= 30 else set())):
                row[fields[key].column] = self.value(fields[key], moment, matter)

    def _matter(self) -> tuple[str, str]:
        """What a row is about: in a line, and at length. One in a hundred is about water coming through."""
        choose = self.random.choice
        trouble = LEAK if self.random.random() < 0.01 else choose(TROUBLES)
        line = choose(PLACES) + trouble
        return line, f"{line}，{choose(DEMANDS)}。"

    def value(self, field: Field, moment: datetime, matter: tuple[str, str] | None = None) -> Any:
        """A value of `field` in a row whose own moment is `moment`."""
        return _BY_KIND.get(field.kind, _writing)(self, field, moment, matter or self._matter())

    def _go(self, row: dict[str, Any], moment: datetime, matter: tuple[str, str]) -> None:
        """Take the row along the steps of its workflow, as far as time allows."""
        draw = self.random.random()
        wanted = self.ends[0] if draw < 0.97 else self.random.choice(self.ends)
        if moment > self.now - SHORT_AGE and not self.settled:
            wanted = self.random.choice(self.states)
        row["state"] = self._start()
        at = moment
        for step in way(self.register, wanted):
            at += timedelta(minutes=self.random.randint(5, 110) if self.random.random() < 0.93 else self.random.randint(300, 6000))
            if at > self.now and not self.settled:
                return
            for key in step.needed:
                field = self.register.fields()[key]
                if row.get(field.column) in (None, "") and field.kind != "link":
                    row[field.column] = self.value(field, moment, matter)
            if step.stamps:
                row[step.stamps] = at if self.register.fields()[step.stamps].kind == "moment" else at.date()
            if step.stamps_by:
                row[step.stamps_by] = self.random.choice(STAFF)
            if step.target is not None:
                row["state"] = step.target.value


@cache
def way(register: type[Register], state: str) -> tuple[Transition, ...]:
    """The shortest way of transitions from the start of a register to `state`; empty when there is none."""
    start = str(register.__table__.c.state.default.arg)
    queue: deque[tuple[str, tuple[Transition, ...]]] = deque([(start, ())])
    seen = {start}
    while queue:
        here, steps = queue.popleft()
        if here == state:
            return _longest(register, here, steps)
        for step in register.transitions:
            if step.target is not None and here in step.sources and step.target.value not in seen:
                seen.add(step.target.value)
                queue.append((step.target.value, (*steps, step)))
    return ()


def _longest(register: type[Register], state: str, steps: tuple[Transition, ...]) -> tuple[Transition, ...]:
    """The same way with a halt wherever a step of the usual course can be put in between."""
    found: list[Transition] = []
    here = str(register.__table__.c.state.default.arg)
    for step in steps:
        for halt in register.transitions:
            between = halt.step and halt.target is not None and halt is not step and here in halt.sources and halt.target in step.sources
            if between and halt.target not in [each.target for each in (*found, *steps)]:
                found.append(halt)
                break
        found.append(step)
        here = step.target.value if step.target is not None else here
    return tuple(found)


# By the kind of field -----------------------------------------------------------------


def _writing(maker: Maker, field: Field, moment: datetime, matter: tuple[str, str]) -> str:
    choose = maker.random.choice
    if field.key in PHRASES:
        said = choose(PHRASES[field.key])
    elif field.units:
        said = f"{maker.random.randint(400, 2_000) / 10:.1f}"
    elif field.key == maker.subject and field.kind == "line":
        said = matter[0]
    elif field.key in ("content", "subject") or field.key == maker.subject:
        said = matter[1]
    elif field.kind == "text":
        said = choose(RESULTS)
    elif field.longest <= 60:
        said = f"{choose('ABCDEF')}-{maker.random.randint(1, 99_999_999):08}"
    else:
        said = choose(COMMON)
    return said[: field.longest] if field.longest else said


def person(maker: Maker) -> str:
    """A Chinese name."""
    return maker.random.choice(SURNAMES) + maker.random.choice(GIVEN)


def house(maker: Maker) -> str:
    """A flat of a housing estate."""
    draw = maker.random.randint
    return f"{draw(1, 18)}栋{draw(1, 3)}单元{draw(1, 26):02}{draw(1, 4):02}"


def phone(maker: Maker) -> str:
    """A mobile number."""
    return f"1{maker.random.choice('356789')}{maker.random.randint(0, 999_999_999):09}"


def _count(maker: Maker, field: Field, moment: datetime, matter: Any) -> int:
    """The same number wherever a row counts something, so that what comes back is what was taken."""
    return max(field.least or 0, min(maker.quantity, field.most or maker.quantity))


def _lines(maker: Maker, field: Field, moment: datetime, matter: tuple[str, str]) -> list[dict[str, Any]]:
    """One line of a table, or the printed ones."""
    assert field.lines is not None
    columns = field.lines.columns
    printed = field.default() if field.each and field.default is not None else [{}]
    made = {key: _BY_KIND.get(each.kind, _writing)(maker, each, moment, matter) for key, each in columns.items()}
    return [{key: plain(value) for key, value in made.items()} | line for line in printed]


@cache
def _codes(field: Field) -> tuple[str, ...]:
    return tuple(choice.value for choice in field.choices or ())


_BY_KIND: dict[str, Callable[[Maker, Field, datetime, tuple[str, str]], Any]] = {
    "person": lambda maker, field, moment, matter: person(maker),
    "staff": lambda maker, field, moment, matter: maker.random.choice(STAFF),
    "phone": lambda maker, field, moment, matter: phone(maker),
    "house": lambda maker, field, moment, matter: house(maker) if field.whole else f"{maker.random.randint(1, 18)}栋",
    "identity": lambda maker, field, moment, matter: f"身份证 {maker.random.randint(0, 9999):04}",
    "count": _count,
    "money": lambda maker, field, moment, matter: Decimal(maker.random.randint(100, 99_999)) / 100,
    "day": lambda maker, field, moment, matter: moment.astimezone(maker.zone).date(),
    "moment": lambda maker, field, moment, matter: moment + timedelta(hours=maker.random.randint(1, 20)),
    "grid": lambda maker, field, moment, matter: _lines(maker, field, moment, matter),
    "tick": lambda maker, field, moment, matter: maker.random.random() < 0.7,
    "pick": lambda maker, field, moment, matter: maker.random.choice(_codes(field)),
}
