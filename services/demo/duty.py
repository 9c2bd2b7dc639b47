"""The duty log of the demonstration house: three shifts of a few days."""

from __future__ import annotations

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


def check(at: When) -> Step:
    """The supervisor checks a finished line."""
    return Step("check", at, "zhoumin")


STORIES = (
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
        finish(on(3, "03:20"), "备用泵已投入，水位回落；主泵报修工程部。"),
        check(on(3, "10:00")),
    ),
)
