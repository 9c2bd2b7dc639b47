"""The gate, the patrols and the incidents of the demonstration house."""

from __future__ import annotations

from typing import Any

from models.security.patrol_log import Point
from services.demo.story import Step, Story, When, ago, on


def visitor(at: When, name: str, purpose: str, host: str, house: str, *steps: Step, **more: Any) -> Story:
    """Somebody at the gate who wants to see somebody."""
    values = {"came_at": at, "visitor": name, "purpose": purpose, "host": host, "house": house}
    return Story("gate_visitor", at, "zhaogang", values | more, steps)


def vehicle(at: When, plate: str, kind: str, purpose: str, driver: str, phone: str, *steps: Step) -> Story:
    """A vehicle that the gate does not know."""
    values = {"came_at": at, "plate": plate, "vehicle": kind, "purpose": purpose, "driver": driver, "phone": phone}
    return Story("unfamiliar_vehicle", at, "zhaogang", values, steps)


def patrol(at: When, shift: str, route: str, found: dict[str, str], *steps: Step, **more: Any) -> Story:
    """A round; what was `found`, by its point."""
    points = [{"point": each.value, "right": each not in found, "found": found.get(each)} for each in Point]
    values = {"walked_at": at, "shift": shift, "route": route, "points": points, "hours_on_duty": "19:00-7:00"}
    return Story("patrol_log", at, "zhaogang", values | more, steps)


STORIES = (
    visitor(
        on(1, "10:05"),
        "唐志远",
        "走访亲友",
        "任海涛",
        "7栋2单元1503",
        Step("let_in", on(1, "10:08"), "zhaogang"),
        Step("leave", on(1, "12:40"), "zhaogang", {"left_at": on(1, "12:40")}),
        proof="身份证 2216",
        confirmed=True,
    ),
    visitor(
        on(1, "16:30"),
        "自称推销员",
        "上门推销净水器",
        "",
        "",
        Step("refuse", on(1, "16:33"), "zhaogang", {"refusal": "不愿出示证件，未说明被访业主，禁止入内"}),
        goods="纸箱两个",
    ),
    visitor(
        ago(hours=1, minutes=15),
        "马师傅",
        "维修水电",
        "任海涛",
        "7栋2单元1503",
        Step("let_in", ago(hours=1, minutes=12), "zhaogang"),
        proof="身份证 8830",
        confirmed=True,
        goods="工具箱",
        plate="湘A5K207",
    ),
    vehicle(
        on(1, "14:02"),
        "湘A88T16",
        "厢式货车/白",
        "送家具至9栋1单元",
        "何师傅",
        "13766660000",
        Step("let_in", on(1, "14:05"), "zhaogang", {"entered_at": on(1, "14:05")}),
        Step("sign driver", on(1, "14:05"), "zhaogang", {"way": "paper", "person": "何师傅"}),
        Step("leave", on(1, "15:20"), "zhaogang", {"left_at": on(1, "15:20")}),
    ),
    vehicle(
        ago(minutes=40),
        "湘B21K09",
        "小型轿车/黑",
        "接送5栋2单元住户",
        "罗先生",
        "13777770000",
        Step("let_in", ago(minutes=38), "zhaogang", {"entered_at": ago(minutes=38)}),
    ),
    patrol(
        on(2, "23:10"),
        "night",
        "东门—3栋—5栋—地下车库—西门",
        {"lights": "西门夜间灯不亮", "doors": "5栋1单元门禁关不严"},
        Step("report", on(2, "23:25"), "zhaogang", {"reported_to": "周敏"}),
        Step("pass_on", on(2, "23:30"), "zhaogang", {"passed_to": "吴磊"}),
        facilities="damaged",
        damage="西门路灯一盏不亮；5栋1单元门禁闭门器松动。",
        measures="设警示牌，报工程部夜班处理。",
        progress=lambda opening: [
            {"at": on(2, "23:25")(opening).isoformat(), "change": "已报客服主管和工程夜班", "told_to": "周敏"},
            {"at": on(2, "23:50")(opening).isoformat(), "change": "门禁已调紧，灯管待白天更换", "told_to": "周敏"},
        ],
    ),
    patrol(
        on(1, "23:05"),
        "night",
        "西门—1栋—7栋—9栋—东门",
        {"suspects": "9栋楼下一男子徘徊"},
        questioned="经盘问系9栋住户亲属，已电话核实后放行。",
        measures="已核实，无异常。",
    ),
    Story(
        "security_incident",
        on(5, "02:20"),
        "zhaogang",
        {
            "happened_at": on(5, "02:05"),
            "place": "地下车库B区",
            "kind": "criminal",
            "course": "巡逻发现一辆轿车右后窗被砸，车内财物被翻动。",
            "people": "卢娟",
            "scene": "拉警戒线，无关人员不得靠近；调取并保全02:00前后录像。",
            "alarmed_at": on(5, "02:12"),
            "came": "城南派出所民警两名",
        },
        (
            Step(
                "hand_to_police",
                on(5, "03:10"),
                "zhaogang",
                {"handed_over": "录像U盘一个", "station": "城南派出所", "officer": "刘警官", "handed_over_at": on(5, "03:05")},
            ),
            Step("sign police", on(5, "03:12"), "zhaogang", {"way": "paper", "person": "刘警官"}),
            Step("report_incident", on(5, "08:30"), "zhoumin"),
            Step(
                "close",
                on(3, "10:00"),
                "linguodong",
                {"responsibility": "车库B区夜间巡逻间隔过长，已调整路线；无人员失职。", "negligence": False},
            ),
        ),
    ),
    Story(
        "security_incident",
        ago(hours=5),
        "zhaogang",
        {
            "happened_at": ago(hours=5, minutes=20),
            "place": "6栋1单元一楼过道",
            "kind": "fire",
            "course": "电瓶车充电器冒烟，住户与值班员用灭火器扑灭，无人受伤。",
            "scene": "断电、疏散，保留充电器和电瓶车原状。",
            "alarmed_at": ago(hours=5, minutes=15),
            "came": "消防救援站一车五人",
        },
    ),
)
