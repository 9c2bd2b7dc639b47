"""Notices, forums, the owners' committee, suggestions, activities and visits of the demonstration house."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from services.demo.committee import COMMITTEE
from services.demo.story import Step, Story, When, day, on


def notice(drafted: int, title: str, subject: str, event: When | None, places: str, *steps: Step, **more: Any) -> Story:
    """A notice that was drafted so many days ago, about something on the day `event`."""
    values = {"title": title, "subject": subject, "drafted_on": day(drafted), "event_on": event, "places": places}
    return Story("notice", on(drafted, "09:30"), "hejing", values | more, steps)


def looked(days: int, **found: bool) -> When:
    """One look of the patrol at what is posted, so many days ago; in a table a day is kept as text."""
    return lambda opening: [{"on": day(days)(opening).isoformat(), "by": "赵刚", **found}]


def handbook(days: int, house: str, customer: str, *steps: Step, **more: Any) -> Story:
    """A handbook that was handed out so many days ago."""
    values = {"issued_on": day(days), "house": house, "customer": customer, "edition": "《住户手册》2026版"}
    return Story("handbook_issue", on(days, "10:20"), "hejing", values | more, steps)


def received(days: int, customer: str) -> tuple[Step, ...]:
    """The customer signs for the handbook, and the desk enters it."""
    return (
        Step("sign customer", on(days, "10:25"), "hejing", {"way": "paper", "person": customer}),
        Step("confirm", on(days, "10:30"), "hejing"),
    )


def card(days: int, house: str, owner: str, birthday: int, consent: str, *steps: Step) -> Story:
    """A birthday card that was listed so many days ago, for a birthday `birthday` days before the opening; a negative number lies ahead."""
    values = {
        "planned_on": day(days),
        "week": lambda opening: day(birthday)(opening).isocalendar().week,
        "house": house,
        "owner": owner,
        "consent": consent,
        "birth_month": lambda opening: day(birthday)(opening).month,
        "birth_day": lambda opening: day(birthday)(opening).day,
    }
    return Story("birthday_card", on(days, "09:10"), "chenyu", values, steps)


SUGGESTIONS = (
    Story(
        "suggestion",
        on(41, "10:15"),
        "hejing",
        {
            "received_on": day(41),
            "resident": "黄秀英",
            "house": "3栋1单元1001",
            "content": "3栋后门台阶没有扶手，老人上下不便，建议加装一段扶手。",
        },
        (
            Step("report", on(41, "11:00"), "hejing"),
            Step("adopt", on(40, "09:20"), "linguodong", {"department": "工程部", "plan": "两周内加装不锈钢扶手，并排查其余楼栋后门。"}),
            Step(
                "post",
                on(24, "15:30"),
                "zhoumin",
                {
                    "result": "3栋、5栋后门扶手已装好。",
                    "consent": True,
                    "posted_on": day(24),
                    "thanks": "张榜致谢，赠雨伞一把",
                    "follow_up": "黄女士表示满意。",
                },
            ),
        ),
    ),
    Story(
        "suggestion",
        on(3, "16:40"),
        "chenyu",
        {
            "received_on": day(3),
            "resident": "罗志强",
            "house": "9栋2单元0703",
            "content": "建议在9栋旁增设电动车充电口，减少飞线充电。",
        },
        (Step("report", on(2, "09:00"), "chenyu"),),
    ),
)

NOTICES = (
    notice(
        36,
        "二次供水水箱清洗停水通知",
        "water",
        day(33),
        "各单元大堂、电梯轿厢",
        Step("approve", on(36, "10:10"), "zhoumin"),
        Step("post", on(36, "15:00"), "hejing", {"colour": True, "posted_on": day(36)}),
        Step(
            "patrol",
            on(34, "18:00"),
            "zhaogang",
            {"patrols": looked(34, intact=False, posted_again=True)},
        ),
        Step("take_down", on(32, "09:00"), "hejing", {"taken_down_on": day(32), "archive_number": "GG-2026-031"}),
        copies=24,
        valid_until=day(32),
        wording="因二次供水水箱例行清洗消毒，小区1至12栋当日9时至16时停止供水，请提前储水并关好水龙头。\n恢复供水后请先放水数分钟，待水质清澈后再使用。",
    ),
    notice(
        5,
        "冬季灭鼠消杀通知",
        "pest",
        day(-1),
        "各单元大堂、宣传栏",
        Step("approve", on(5, "11:00"), "zhoumin"),
        Step("post", on(4, "09:00"), "hejing", {"colour": False, "posted_on": day(4)}),
        copies=20,
        valid_until=day(-2),
        wording="为防冬季鼠患，当日8时30分至11时30分在地下车库、垃圾房和绿化带投放鼠药。请照看好儿童和宠物，勿触碰药盒。",
    ),
    notice(
        37,
        "第三季度服务管理报告",
        "service_report",
        None,
        "各单元大堂、宣传栏",
        Step("approve", on(36, "16:00"), "linguodong", {"company_approved_on": day(36)}),
        Step("post", on(35, "09:00"), "hejing", {"colour": False, "posted_on": day(35)}),
        copies=20,
        valid_until=day(-3),
    ),
    notice(
        40,
        "24小时服务热线及投诉接待地点",
        "community",
        None,
        "小区东门、各单元大堂",
        Step("approve", on(40, "10:00"), "zhoumin"),
        Step("post", on(40, "14:00"), "hejing", {"colour": False, "posted_on": day(40)}),
        tells_hotline=True,
        wording="服务中心24小时受理报事和投诉：前台设在小区东门服务中心一楼，服务热线见各单元公示栏，意见箱设在东门岗亭。",
        copies=12,
        valid_until=day(-325),
    ),
    notice(0, "元旦装饰灯安装请予配合", "cooperation", None, "中心广场、东西门", copies=6),
    handbook(30, "2栋1单元1401", "沈佳", *received(30, "沈佳")),
    handbook(5, "8栋1单元0704", "蒋琳", *received(5, "蒋琳"), changed_pages="装修管理规定（2026年10月）"),
    handbook(1, "12栋2单元0302", "白杨"),
    Story(
        "bulletin_board",
        on(26, "14:00"),
        "hejing",
        {"edited_on": day(26), "edition": "2026年第5期", "board": "东门宣传栏", "theme": "冬季用火用电安全、第三季度工作简报"},
        (
            Step("review", on(25, "10:00"), "zhoumin"),
            Step("put_up", on(23, "16:00"), "hejing", {"changed_on": day(23), "changed_by": "何静"}),
            Step("patrol", on(12, "20:00"), "zhaogang", {"patrols": looked(12, intact=True)}),
        ),
    ),
    Story(
        "bulletin_board",
        on(1, "15:30"),
        "chenyu",
        {"edited_on": day(1), "edition": "2026年第6期", "board": "西门宣传栏", "theme": "邻里节照片与获奖名单"},
    ),
)

RESIDENTS = (
    card(
        19,
        "5栋1单元0903",
        "王建国",
        14,
        "written",
        Step("deliver", on(16, "17:30"), "chenyu", {"delivered_on": day(16), "delivery": "door", "feedback": "本人签收，很高兴。"}),
    ),
    card(3, "11栋1单元0502", "高敏", -5, "phone"),
    Story(
        "community_activity",
        on(31, "10:00"),
        "zhoumin",
        {
            "planned_on": day(31),
            "activity": "邻里节跳蚤市场",
            "held_on": day(9),
            "place": "中心广场",
            "organiser": "周敏",
            "invited": "全体业户",
        },
        (
            Step(
                "hold",
                on(9, "18:00"),
                "zhoumin",
                {
                    "number_present": 126,
                    "course": "上午九点开场，设摊位32个、儿童画区一处，下午五点收场清扫。",
                    "cost": Decimal("1860.00"),
                },
            ),
            Step("close", on(7, "09:30"), "linguodong", {"feedback": "业户希望每季度一次，午间增设遮阳棚。", "pictures": 12}),
        ),
    ),
    Story(
        "community_activity",
        on(4, "10:00"),
        "chenyu",
        {
            "planned_on": day(4),
            "activity": "老年人手机课堂",
            "held_on": day(-6),
            "place": "二楼会议室",
            "organiser": "陈雨",
            "invited": "60岁以上业户，限20人",
        },
    ),
    Story(
        "peer_visit",
        on(15, "09:40"),
        "hejing",
        {
            "visited_on": day(15),
            "visitors": "湘江物业锦江苑服务中心",
            "leader": "谭立群",
            "leader_post": "主任",
            "people": 6,
            "shown": "客服前台、投诉台账与钥匙柜管理",
            "host": "何静",
            "company": "周敏",
        },
        (Step("finish", on(15, "11:50"), "hejing", {"feedback": "台账清楚，钥匙借还一目了然，回去参照改进。"}),),
    ),
)

STORIES = (*SUGGESTIONS, *COMMITTEE, *NOTICES, *RESIDENTS)
