"""The shifts and inspections of engineering in the demonstration house."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from services.demo.story import Step, Story, Told, When, ago, day, on

CALM = {"power": "无", "water": "无", "lifts": "无", "fire": "无", "air": "无"}
ON_HAND = {"keys": 12, "instrument": 6, "tool": 18, "plant_key": 9, "asset": 23}
IN_ORDER = {"tools_complete": True, "tools_intact": True, "room_clean": True}
CHECKED = {"log_read": True, "valuables": True, "room_clean": True}


def later(at: When, **length: float) -> When:
    """So much later than another moment."""
    return lambda opening: at(opening) + timedelta(**length)


def systems(abnormal: str = "", **cautions: str) -> list[dict[str, str]]:
    """How the five systems ran, and what to mind when operating them."""
    return [
        {"system": name, "running": "abnormal" if name == abnormal else "normal", "caution": caution}
        for name, caution in (CALM | cautions).items()
    ]


def event(at: When, abnormality: str, measure: str, outcome: str) -> When:
    """The one abnormality of a shift."""
    return lambda opening: [
        {"seen_at": at(opening).isoformat(), "abnormality": abnormality, "measure": measure, "outcome": outcome, "handler": "李强"}
    ]


def signed(at: When) -> Step:
    """The outgoing officer signs on paper."""
    return Step("sign outgoing", at, "wulei", {"way": "paper", "person": "李强"})


def articles(**counted: int) -> list[dict[str, Any]]:
    """The printed articles of the handover, of which engineering has the last."""
    names = ("radio", "torch", "charger", "battery", "book", "phone", *ON_HAND)
    return [{"article": name, "listed": ON_HAND.get(name), "counted": counted.get(name, ON_HAND.get(name))} for name in names]


def shift(name: str, at: When, systems: list[dict[str, str]], *steps: Step, **more: Any) -> Story:
    """A shift of the engineering duty."""
    values = {"began_at": at, "shift": "night", "officer": "李强", "weather": "晴", "room_temperature": 24, "systems": systems}
    return Story("engineering_log", at, "wulei", values | more, steps, name=name)


def handover(name: str, began: When, *steps: Step, **more: Any) -> Story:
    """The handover at the end of a night shift that began at `began` and lasts twelve hours."""
    opened, prepared = later(began, hours=11, minutes=30), later(began, hours=11, minutes=38)
    values = {"department": "engineering", "post": "工程值班室", "shift": "night", "opened_at": opened, "due_at": later(began, hours=12)}
    values |= {"outgoing": "李强", "articles": articles()}
    return Story("shift_handover", opened, "wulei", values | more, (Step("prepare", prepared, "wulei"), *steps), name=name)


def arrival(began: When, minutes: int) -> Step:
    """The incoming officer comes so many minutes before the end of the shift."""
    at = later(began, hours=12, minutes=-minutes)
    return Step("arrive", at, "wulei", {"incoming": "吴磊", "arrived_at": at})


def check(began: When, found: str) -> Step:
    """The incoming officer looks at the equipment first."""
    return Step("check_equipment", later(began, hours=12, minutes=-6), "wulei", {"equipment": found})


LAST, BEFORE = ago(hours=13), on(2, "19:00")

STORIES = (
    shift(
        "night before last",
        BEFORE,
        systems("water", water="2号生活泵停用检修，只开1号、3号泵，勿启2号"),
        signed(later(BEFORE, hours=11, minutes=58)),
        Step("take_over", later(BEFORE, hours=12), "wulei", IN_ORDER),
        events=event(later(BEFORE, hours=7), "B2层集水井水位报警", "投入备用泵，主泵停机挂牌", "水位回落，主泵已报修"),
    ),
    shift("last night", LAST, systems(lifts="4栋1单元电梯更换导靴后试运行，留意抖动")),
    handover(
        "handover before",
        BEFORE,
        arrival(BEFORE, 17),
        check(BEFORE, "配电、给排水、消防巡视一遍，2号生活泵挂牌停用，其余正常。"),
        signed(later(BEFORE, hours=11, minutes=58)),
        Step("hand_over", later(BEFORE, hours=12), "wulei", CHECKED),
        log=Told("night before last"),
        course="02:00 集水井报警，已投备用泵；其余系统运行正常。",
        unfinished="跟进2号生活泵轴承到货。",
        cautions="2号生活泵停用，勿启。",
    ),
    handover(
        "handover today",
        LAST,
        arrival(LAST, 12),
        check(LAST, "电梯、配电正常；清点发现万用表少一块。"),
        signed(later(LAST, hours=11, minutes=56)),
        Step("stop", later(LAST, hours=11, minutes=57), "wulei", {"not_explained": True}),
        Step("inform_manager", later(LAST, hours=11, minutes=59), "wulei", {"manager": "郑工"}),
        log=Told("last night"),
        course="夜间运行平稳，4栋1单元电梯试运行未见抖动。",
        cautions="4栋1单元电梯留意抖动。",
    ),
    Story(
        "handover_inventory",
        later(BEFORE, hours=11, minutes=50),
        "wulei",
        {
            "handover": Told("handover before"),
            "place": "工程值班室",
            "articles": [
                {"name": "数字万用表", "specification": "VC890", "unit": "块", "listed": 3, "counted": 3, "condition": "intact"},
                {"name": "钳形电流表", "specification": "UT204", "unit": "块", "listed": 1, "counted": 1, "condition": "intact"},
                {"name": "配电房钥匙", "unit": "把", "listed": 4, "counted": 4, "condition": "intact"},
            ],
        },
        (signed(later(BEFORE, hours=11, minutes=58)), Step("sign_off", later(BEFORE, hours=12), "wulei")),
    ),
    Story(
        "handover_inventory",
        later(LAST, hours=11, minutes=55),
        "wulei",
        {
            "handover": Told("handover today"),
            "place": "工程值班室",
            "articles": [
                {"name": "数字万用表", "specification": "VC890", "unit": "块", "listed": 3, "counted": 2, "condition": "intact"},
                {
                    "name": "电锤",
                    "specification": "2-26",
                    "unit": "台",
                    "listed": 1,
                    "counted": 1,
                    "condition": "repair",
                    "remark": "碳刷待换",
                },
            ],
            "remark": "李强称一块万用表借给电梯维保，待核实。",
        },
    ),
    Story(
        "equipment_inspection",
        on(8, "15:00"),
        "wulei",
        {
            "inspected_on": day(8),
            "condition": "变压器、水泵、电梯、消防主机运行正常；2号生活泵轴承有异响。",
            "daily_checks": "all",
            "week_work": "part",
            "not_done": "屋面避雷测试因雨顺延至下周。",
            "lines": [
                {"ground": "building", "item": "楼道照明与应急灯", "outcome": "qualified", "inspector": "吴磊"},
                {"ground": "plant", "item": "水电表与阀门管道", "outcome": "qualified", "inspector": "吴磊"},
                {
                    "ground": "plant",
                    "item": "生活泵房地墙顶门窗",
                    "outcome": "unqualified",
                    "form": "told",
                    "mended": "mended",
                    "inspector": "吴磊",
                },
                {"ground": "public", "item": "园区井盖、路灯", "outcome": "qualified", "inspector": "吴磊"},
            ],
        },
        (Step("sign_off", on(7, "10:00"), "linguodong", {"spot_check": "抽查生活泵房、1号配电房，与记录相符。"}),),
    ),
    Story(
        "equipment_inspection",
        on(1, "15:30"),
        "wulei",
        {"inspected_on": day(1), "condition": "大型设备完好，2号生活泵待换轴承。", "daily_checks": "all", "week_work": "all"},
    ),
    Story(
        "daily_check",
        on(1, "08:35"),
        "wulei",
        {
            "room": "二次供水泵房",
            "checked_on": day(1),
            "shift": "early",
            "weather": "多云",
            "items": [
                {"item": "status", "at_0830": "√", "at_1030": "√", "at_1230": "√", "at_1430": "√", "at_1630": "√"},
                {"item": "running", "at_0830": "1#、3#", "at_1030": "1#、3#", "at_1230": "1#", "at_1430": "1#", "at_1630": "1#、3#"},
                {
                    "item": "meters",
                    "at_0830": "380V 0.42MPa",
                    "at_1030": "381V 0.42MPa",
                    "at_1230": "380V 0.41MPa",
                    "at_1430": "379V 0.42MPa",
                },
                {"item": "noise", "at_0830": "√", "at_1030": "×", "at_1230": "√", "at_1430": "√", "at_1630": "√", "remark": "1#泵轻微振动"},
                {"item": "temperature", "at_0830": "22", "at_1030": "23", "at_1230": "24", "at_1430": "24", "at_1630": "24"},
                {"item": "cleanliness", "at_0830": "√"},
                {"item": "tools", "at_0830": "√"},
                {"item": "lights", "at_0830": "√"},
                {"item": "fire_gear", "at_0830": "√"},
                {"item": "round", "at_0830": "吴磊", "at_1030": "吴磊", "at_1230": "李强", "at_1430": "李强", "at_1630": "吴磊"},
            ],
            "faults": "10:30 1号泵轻微振动，紧固地脚螺栓后消除。",
        },
        (Step("finish", on(1, "18:00"), "wulei"), Step("sign_off", on(1, "18:20"), "linguodong")),
    ),
    Story(
        "daily_check",
        ago(hours=3),
        "wulei",
        {
            "room": "1号配电房",
            "checked_on": day(0),
            "shift": "early",
            "weather": "晴",
            "faults": "2号变压器温度升至92℃，已启动强制风冷，暂停充电桩负荷。",
            "serious": True,
            "found_at": ago(hours=1, minutes=20),
        },
        (Step("report", ago(hours=1, minutes=10), "wulei", {"reported_to": "郑工"}),),
    ),
    Story(
        "monthly_check",
        on(12, "16:00"),
        "linguodong",
        {
            "project": "锦绣花园",
            "checked_on": day(12),
            "inspector": "郑工",
            "checked": "配电、给排水、电梯、消防、监控各系统的本月运行与保养记录。",
        },
        (Step("sign_off", on(12, "17:00"), "linguodong", {"outcome": "记录齐全；2号生活泵轴承列入下月检修。"}),),
    ),
    Story(
        "cleaning_check",
        later(BEFORE, hours=11, minutes=46),
        "wulei",
        {"area": "二次供水泵房", "shift_before": "李强", "qualified": False, "problem": "地面有水渍，工具未归位"},
        (
            Step(
                "order_rework",
                later(BEFORE, hours=11, minutes=47),
                "wulei",
                {"problem": "地面有水渍，工具未归位", "rework": "拖干地面，工具归柜"},
            ),
            Step("recheck_passed", later(BEFORE, hours=11, minutes=57), "wulei", {"recheck": "合格"}),
        ),
    ),
    Story(
        "cleaning_check",
        later(LAST, hours=11, minutes=52),
        "wulei",
        {"area": "工程值班室", "shift_before": "李强", "qualified": True},
        (
            Step("accept", later(LAST, hours=11, minutes=53), "wulei"),
            Step("supervise", later(LAST, hours=12, minutes=20), "linguodong"),
        ),
    ),
)
