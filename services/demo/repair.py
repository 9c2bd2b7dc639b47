"""Repairs of the demonstration house, the appointments that were moved, and what the follow-ups found."""

from __future__ import annotations

from typing import Any

from services.demo.story import Step, Story, Told, When, ago, on


def repair(name: str, at: When, customer: str, house: str, phone: str, content: str, appointed: When, *steps: Step, **more: Any) -> Story:
    """A repair asked for by telephone."""
    values = {
        "received_at": at,
        "received_by": "何静",
        "customer": customer,
        "house": house,
        "phone": phone,
        "content": content,
        "appointed_at": appointed,
    }
    return Story("repair_request", at, "hejing", values | more, steps, name=name)


def done(slip: str, assigned: When, arrived: When, completed: When, category: str, result: str, customer: str) -> tuple[Step, ...]:
    """It was assigned to Wu Lei, carried out, and signed by the customer."""
    return (
        Step("confirm", assigned, "hejing"),
        Step("assign", assigned, "hejing", {"dispatch_number": slip, "repairer": "吴磊"}),
        Step("arrive", arrived, "wulei"),
        Step("complete", completed, "wulei", {"category": category, "result": result, "fee": None, "reported_back_at": completed}),
        Step("sign customer", completed, "wulei", {"way": "paper", "person": customer}),
    )


STORIES = (
    repair(
        "卫生间渗水",
        on(8, "09:12"),
        "卢娟",
        "5栋2单元0802",
        "13812340002",
        "卫生间顶板渗水，滴到洗手台。",
        on(8, "14:00"),
        *done("PG-1108-01", on(8, "09:30"), on(8, "13:55"), on(8, "16:20"), "leak", "楼上地漏封堵不严，重做防水。", "卢娟"),
    ),
    repair(
        "楼道灯",
        on(6, "19:40"),
        "葛明",
        "3栋1单元0601",
        "13787316601",
        "六层楼道灯不亮。",
        on(5, "10:00"),
        *done("PG-1110-03", on(6, "20:00"), on(5, "09:50"), on(5, "10:30"), "general", "更换声控开关一只。", "葛明"),
    ),
    repair(
        "单元门禁",
        on(1, "08:20"),
        "郑伟",
        "2栋1单元0801",
        "18902233445",
        "单元门禁刷卡不开。",
        on(1, "15:00"),
        *done("PG-1115-02", on(1, "08:40"), on(1, "14:50"), on(1, "16:10"), "safety", "更换读卡模块。", "郑伟"),
    ),
    repair(
        "厨房水龙头",
        ago(hours=4),
        "黄秀英",
        "3栋1单元1001",
        "13198765432",
        "厨房水龙头关不严。",
        ago(hours=-3),
        Step("confirm", ago(hours=3), "hejing"),
    ),
    repair(
        "空调插座",
        on(2, "11:05"),
        "袁立新",
        "2栋1单元0504",
        "13307310504",
        "客厅空调插座没电。",
        on(2, "16:00"),
        Step("confirm", on(2, "11:15"), "hejing"),
        Step("assign", on(2, "11:20"), "hejing", {"dispatch_number": "PG-1114-01", "repairer": "吴磊"}),
    ),
    Story(
        "reschedule",
        on(2, "15:20"),
        "hejing",
        {
            "repair": Told("空调插座"),
            "cause": "配件未到货。",
            "way": "phone",
            "told_at": on(2, "15:20"),
            "new_at": ago(hours=-20),
            "told_by": "何静",
        },
        (
            Step("sign customer", on(2, "15:25"), "hejing", {"way": "phone", "person": "袁立新"}),
            Step("confirm", on(2, "15:26"), "hejing"),
        ),
    ),
    Story(
        "repair_follow_up",
        on(6, "10:30"),
        "chenyu",
        {
            "repair": Told("卫生间渗水"),
            "followed_at": on(6, "10:30"),
            "follower": "officer",
            "followed_by": "陈雨",
            "way": "visit",
            "respondent": "卢娟",
            "looked_at": True,
            "grade": "b",
            "opinion": "师傅准时，收拾干净。",
            "charge_checked": True,
            "has_problem": True,
            "problem": "吊顶补漆色差明显。",
        },
        (
            Step("sign respondent", on(6, "10:45"), "chenyu", {"way": "paper", "person": "卢娟"}),
            Step("finish", on(6, "15:00"), "chenyu"),
        ),
        name="渗水回访",
    ),
    Story(
        "rectification_notice",
        on(6, "14:30"),
        "chenyu",
        {
            "follow_up": Told("渗水回访"),
            "team": "维修班",
            "issued_at": on(6, "14:30"),
            "demand": "吊顶整块重新补漆，颜色一致。",
            "due_at": on(4, "18:00"),
            "issued_by": "陈雨",
        },
        (
            Step("receive", on(6, "16:00"), "wulei"),
            Step("report", on(4, "17:00"), "wulei", {"outcome": "rectified", "result": "已整块重刷，业主在场看过。"}),
            Step("recheck", on(3, "10:00"), "chenyu"),
        ),
    ),
    Story(
        "repair_follow_up",
        on(4, "09:30"),
        "linguodong",
        {
            "repair": Told("楼道灯"),
            "followed_at": on(4, "09:30"),
            "follower": "director",
            "followed_by": "林国栋",
            "way": "visit",
            "respondent": "葛明",
            "looked_at": True,
            "grade": "a",
            "opinion": "满意，来得快。",
            "charge_checked": True,
        },
        (
            Step("sign respondent", on(4, "09:40"), "linguodong", {"way": "paper", "person": "葛明"}),
            Step("finish", on(4, "09:45"), "linguodong"),
        ),
    ),
)
