"""What offices call their columns: the usual words by the kind of a field, the parts of a house number, and loosely worded headings."""

from __future__ import annotations

import re
from collections.abc import Iterable

from models.core.message import _
from models.core.register import Register
from services.exchange.workbook import heading_key

# What offices call a column of each kind, whatever the register; it means the first field of that kind.
USUAL = {
    "house": "房号 房屋 房屋编号 房间号 门牌号 住址 地址 栋号 单元房号 业主房号 House Room Flat Unit Address",
    "phone": "电话 联系电话 手机 手机号 手机号码 电话号码 联系方式 联系电话号码 Phone Mobile Tel Telephone",
    "person": "姓名 业主 业主姓名 住户 住户姓名 客户 客户姓名 联系人 报事人 Name Resident Owner Customer",
    "staff": "经办人 经手人 登记人 记录人 填表人 Officer Staff",
    "moment": "时间 日期 登记时间 登记日期 发生时间 日期时间 Time Date",
    "day": "日期 登记日期 时间 Date Day",
    "money": "金额 费用 Amount",
    "count": "数量 Quantity Number",
    "state": "处理状态 办理状态 完成状态 当前状态 处理进度 办理进度 进度 完成情况 办结情况 归还情况 是否完成 是否办结 是否归还 Status",
}
# Of these kinds only the fields whose own label says so: of a temperature or an hour nobody says 数量 or 金额.
COUNTING = {"money": ("金额", "费"), "count": ("数量", "份数")}
REMARKS = "备注 备注栏 说明 Remarks Note Notes"

# The parts of a house number that stand in columns of their own, from the largest to the smallest.
HOUSE_PARTS = {
    "estate": (_("phase or estate"), "期 期区 分期 区 分区 组团 园区 小区 小区名称 项目 Phase Estate"),
    "building": (_("building"), "楼栋 栋 栋号 楼栋号 楼号 幢 幢号 座 座号 座栋 楼栋名称 楼宇 栋座 Building Block"),
    "stairs": (_("stairs"), "单元 单元号 单元名称 门洞 梯 梯号 Stairs Entrance"),
    "storey": (_("storey"), "楼层 层 层号 所在楼层 楼层号 Floor Storey"),
    "room": (_("room"), "房号 室号 室 房间 房间号 户号 门牌 门牌号 房屋号 房屋编号 房 Room Flat Unit"),
}
HOUR = "时间 时刻 具体时间 几点 时分 钟点 Time Hour"  # of the day that stands in another column
PLAIN = {"时", "time"}  # what is left of 日期 and 时间 alone when they are loosened

_BRACKETS = re.compile(r"[(（\[【〔].*?[)）\]】〕]")


def _folds(*pairs: tuple[str, str]) -> list[tuple[re.Pattern[str], str]]:
    """What offices use one for the other inside a heading, each with the word that stands for all of them."""
    return [(re.compile(words), word) for words, word in pairs]


_SAME = _folds(
    (r"日期时间|年月日|日期|时间|时刻", "时"),
    (r"类别|分类|类型|种类|品类", "类"),
    (r"联系电话|联系方式|手机号码|手机号|手机|电话号码|联系号码|电话", "电话"),
    (r"姓名|名字|签名|签字|人员", "人"),
    (r"编号|号码|单号", "号"),
    (r"内容|详情|描述|情况|事项", "内容"),
    (r"原因|事由|缘由|理由|用途|目的", "原因"),
    (r"部门|单位|科室", "部门"),
    (r"借出|借用|领用|借取|外借|借", "借出"),
    (r"归还|退还|返还|还回|交还", "归还"),
    (r"业主|住户|客户|居民|业户", "客户"),
    (r"处理|处置|办理|解决", "处理"),
    (r"地点|位置|部位|处所|场所", "地点"),
    (r"负责人|责任人", "责任人"),
    (r"(?<=值班|接待|维修|巡查|巡逻|检查)员", "人"),
    (r"金额|费用|款项", "费"),
    (r"编制|制定|拟定", "编"),
    (r"(?<=.)(?:一栏|栏|列)$", ""),
    (r"人人", "人"),
    (r"(?:客户|联系人|人)电话", "电话"),
)
_ENGLISH = _folds(
    (r"\b(?:date|time|day)\b", "time"),
    (r"\b(?:type|class|category|kind)\b", "class"),
    (r"\b(?:phone|tel|mobile|telephone)\b", "telephone"),
    (r"\b(?:number|no\.?)(?=$|\s)", "no"),
    (r"\b(?:the|of|a|an|at|on)\b", " "),
    (r"'s\b", ""),
)
_FORM = re.compile(r"(?:记录|登记|台账|日志|汇总|统计|情况|一览|明细|申请|审批)*(?:表|册|单|簿|本|卡)?$")


def keys(words: str | Iterable[str]) -> set[str]:
    """The words as headings are compared."""
    return {heading_key(each) for each in (words.split() if isinstance(words, str) else words)} - {""}


def part_of(heading: str) -> str:
    """Which part of a house number a column of this heading holds; "" for none."""
    key = heading_key(_BRACKETS.sub("", heading))
    return next((part for part, (_label, words) in HOUSE_PARTS.items() if key in keys(words)), "")


def loosely(register: type[Register], heading: str) -> tuple[str, str]:
    """A heading without what offices word now so, now so, such as units and 日期 for 时间; and without what its register is about."""
    found = heading_key(_same(_BRACKETS.sub("", heading), _ENGLISH if heading.isascii() else _SAME))
    about = _about(register)
    length = next((each for each in range(min(len(found) - 1, len(about)), 1, -1) if found[:each] in about), 0)
    return found, found[length:]


def _same(text: str, folds: list[tuple[re.Pattern[str], str]]) -> str:
    text = text.casefold() if folds is _ENGLISH else text
    for words, word in folds:
        text = words.sub(word, text)
    return text


def number_of(register: type[Register]) -> str:
    """What offices call the number of a record of another register: 投诉编号."""
    return f"{_about(register)}编号"


def _about(register: type[Register]) -> str:
    """What the title of a register says that it is about: 投诉 of 投诉记录表."""
    return _same(_FORM.sub("", register.about.title.say("zh").removeprefix("客户")), _SAME)
