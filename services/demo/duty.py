"""The duty log of the demonstration house: three shifts of a few days."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from services.demo.story import Step, Story, When, ago, on


def line(at: When, shift: str, matter: str, content: str, *steps: Step, who: tuple[str, str, str] = ("", "", ""), **more: Any) -> Story:
    """A line of the duty log; `who` is the resident: name, house, telephone."""
    caller, house, phone = who
    values = {"received_at": at, "shift": shift, "officer": "何静", "matter": matter, "content": content}
    return Story("duty_log", at, "hejing", values | {"caller": caller, "house": house, "phone": phone} | more, steps)


def finish(at: When, result: str) -> Step:
    """A matter that needs no reply is finished."""
    return Step("finish", at, "hejing", {"result": result})


def settle(contacted: When, settled: When, replied: When, result: str, opinion: str) -> tuple[Step, ...]:
    """A complaint settled on the spot: contact, result, reply."""
    return (
        Step("contact", contacted, "hejing"),
        Step("settle", settled, "hejing", {"result": result}),
        Step("reply", replied, "hejing", {"opinion": opinion}),
    )


def report(at: When) -> Step:
    """An emergency is reported to the supervisor."""
    return Step("report", at, "hejing", {"reported_to": "周敏"})


def check(at: When) -> Step:
    """The supervisor checks a finished line."""
    return Step("check", at, "zhoumin")


def monday(weeks: int = 0) -> When:
    """The Monday of the week so many weeks before the opening."""
    return lambda opening: opening.date() - timedelta(days=opening.weekday() + 7 * weeks)


def friday_before(weeks: int = 0) -> When:
    """The afternoon of the Friday before that Monday, when rosters are drawn up."""
    return lambda opening: datetime.combine(monday(weeks)(opening) - timedelta(days=3), time(16), opening.tzinfo)


WORKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")
WEEKEND = ("saturday", "sunday")


def roster(
    weeks: int, department: str, drawn: tuple[str, str], day_shift: str, night: str, posts: list[dict[str, str]], *steps: Step
) -> Story:
    """The roster of a department for one week: two take turns by day, one has the nights, holidays are covered."""
    lines = {"early": "8:00–15:00", "noon": "12:00–14:00", "middle": "15:00–22:00"}
    first, second = day_shift.split()
    week: list[dict[str, str]] = [
        {"period": period, "hours": hours, **dict.fromkeys(WORKDAYS, first if period != "middle" else second)}
        for period, hours in lines.items()
    ]
    week.append({"period": "night", "hours": "22:00–8:00", **dict.fromkeys((*WORKDAYS, *WEEKEND), night)})
    week.append({"period": "holiday", "hours": "8:00–22:00", "saturday": first, "sunday": second})
    drawn_on = friday_before(weeks)
    values = {"week_from": monday(weeks), "drawn_on": lambda opening: drawn_on(opening).date(), "department": department}
    return Story("duty_roster", drawn_on, drawn[0], values | {"scheduler": drawn[1], "week": week, "posts": posts}, steps)


def absence(at: When, who: tuple[str, str], errand: str, forwarded: str, number: str, radio: str, back: When | None = None) -> Story:
    """An errand of a duty officer, who is back or not yet."""
    steps = (Step("come_back", back, who[0], {"returned_at": back}),) if back else ()
    values = {"officer": who[1], "left_at": at, "errand": errand, "forwarded_to": forwarded, "forward_number": number, "radio": radio}
    return Story(
        "duty_absence", at, who[0], values | {"allowed_by": "周敏", "taken_by": "赵刚" if forwarded == "security" else who[1]}, steps
    )


HEJING, WULEI = ("hejing", "何静"), ("wulei", "吴磊")
SERVICE_POSTS = [
    {"post": "前台", "officer": "何静", "phone": "0731-88886666", "forward": "0731-88886110", "radio": "1号"},
    {"post": "客服助理", "officer": "陈雨", "phone": "0731-88886667", "forward": "0731-88886110", "radio": "2号"},
    {"post": "夜间值班", "officer": "赵刚", "phone": "0731-88886110", "forward": "13900006110", "radio": "3号"},
]
PLANT_POSTS = [{"post": "工程值班", "officer": "吴磊", "phone": "0731-88886119", "forward": "13900006119", "radio": "7号"}]

STORIES = (
    roster(1, "客户服务部", HEJING, "何静 陈雨", "赵刚", SERVICE_POSTS, Step("publish", friday_before(1), "zhoumin")),
    roster(0, "客户服务部", HEJING, "何静 陈雨", "赵刚", SERVICE_POSTS, Step("publish", friday_before(0), "zhoumin")),
    roster(0, "工程管理部", WULEI, "吴磊 谢军", "谢军", PLANT_POSTS),
    absence(on(3, "10:05"), HEJING, "陪同业主到9栋查看垃圾房", "security", "0731-88886110", "1号", on(3, "10:35")),
    absence(on(1, "14:20"), WULEI, "到3单元2号梯协助维保", "mobile", "13900006119", "7号", on(1, "15:40")),
    absence(ago(minutes=10), HEJING, "到12栋确认快递柜移位", "mobile", "13900006110", "1号"),
    line(
        ago(minutes=35),
        "early",
        "complaint",
        "6栋楼下有人喂流浪猫，猫粮撒了一地，要求清理。",
        Step("contact", ago(minutes=20), "hejing", {"agreed_at": ago(hours=-2)}),
        who=("姚志刚", "6栋1单元0204", "13600008888"),
        on_the_spot=True,
    ),
    line(
        ago(hours=1, minutes=40),
        "early",
        "enquiry",
        "业主询问周末水箱清洗是否停水。",
        finish(ago(hours=1, minutes=30), "已答复周六9:00至17:00停水，通知已张贴。"),
    ),
    line(
        ago(hours=2, minutes=45),
        "early",
        "complaint",
        "14楼过道堆放纸箱，影响通行。",
        who=("何晓燕", "9栋1单元1504", "13655667788"),
        on_the_spot=True,
    ),
    line(
        on(1, "20:10"),
        "middle",
        "emergency",
        "4栋1单元电梯异响，乘客反映抖动。",
        report(on(1, "20:14")),
        finish(on(1, "21:00"), "电梯停梯检查，维保单位21:00到场，更换导靴后恢复。"),
        check(on(1, "21:30")),
    ),
    line(
        on(1, "18:20"),
        "middle",
        "complaint",
        "西门夜间灯不亮，老人摔了一跤。",
        *settle(on(1, "18:35"), on(1, "19:30"), on(1, "20:00"), "电工更换灯管两支，现场照度正常；已探望老人，无大碍。", "处理很快。"),
        check(on(1, "21:35")),
        who=("胡桂兰", "1栋1单元0101", "13712340001"),
        on_the_spot=True,
    ),
    line(
        on(1, "09:05"),
        "early",
        "routine",
        "与夜班交接：巡逻钥匙12把、对讲机4台，齐全。",
        finish(on(1, "09:10"), "交接无误，双方签字。"),
        check(on(1, "17:00")),
    ),
    line(
        on(2, "22:15"),
        "night",
        "complaint",
        "楼上拖拽家具，影响孩子睡觉。",
        *settle(on(2, "22:25"), on(2, "22:50"), on(2, "23:10"), "上门提醒，楼上业主致歉并停止。", "安静了，谢谢。"),
        who=("卢娟", "5栋2单元0802", "13812340002"),
        on_the_spot=True,
    ),
    line(
        on(3, "02:40"),
        "night",
        "emergency",
        "B2层集水井水位报警。",
        report(on(3, "02:45")),
        finish(on(3, "03:20"), "备用泵已投入，水位回落；主泵报修工程部。"),
        check(on(3, "10:00")),
    ),
)
