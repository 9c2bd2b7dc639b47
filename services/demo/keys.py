"""The key cabinet of the demonstration house, and who took which key."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from services.demo.story import Step, Story, Told, When, ago, day, on


def hook(name: str, slot: str, unit: str, source: str, quantity: int, hung: int, *steps: Step, **more: Any) -> Story:
    """The keys of one unit on their hook, hung so many days ago."""
    values = {
        "slot": slot,
        "key_number": name,
        "unit": unit,
        "source": source,
        "quantity": quantity,
        "hung_on": day(hung),
        "keeper": "陈雨",
    }
    return Story("key_on_hook", on(hung, "09:30"), "chenyu", values | more, steps, name=name)


def lend(
    key: str, at: When, borrower: str, department: str, phone: str, purpose: str, *steps: Step, quantity: int = 1, **more: Any
) -> Story:
    """Keys lent; they are expected back within a day unless said otherwise."""
    values = {
        "key_lent": Told(key),
        "quantity": quantity,
        "lent_at": at,
        "expected_at": lambda opening: at(opening) + timedelta(hours=24),
        "purpose": purpose,
        "borrower": borrower,
        "department": department,
        "phone": phone,
    }
    return Story("key_borrow", at, "chenyu", values | {"lent_by": "陈雨"} | more, steps)


def back(at: When, quantity: int = 1, by: str = "") -> Step:
    """The keys hang on their hook again."""
    return Step("take_back", at, "chenyu", {"returned_quantity": quantity} | ({"returned_by": by} if by else {}))


STORIES = (
    hook(
        "KY-07-1503",
        "A-07",
        "7栋2单元1503",
        "customer",
        3,
        60,
        customer="任海涛",
        hardship="常年驻外，委托通风与漏水巡查",
        authorisation="WT-2026-0012",
    ),
    hook("KY-12-0801", "A-12", "12栋1单元0801", "developer", 2, 58),
    hook("KY-12-0802", "A-13", "12栋1单元0802", "developer", 2, 58),
    hook("KY-PD-01", "C-01", "1号配电房", "plant", 4, 90),
    hook("KY-SB-02", "C-02", "二次供水泵房", "plant", 3, 90),
    hook("KY-GG-05", "D-05", "5栋屋面检修口", "public", 2, 45),
    hook(
        "KY-03-0601",
        "A-03",
        "3栋1单元0601",
        "developer",
        2,
        40,
        Step("hand_over", on(6, "10:20"), "chenyu", {"taken_down_on": day(6), "collector": "葛明", "proof": "身份证 4417"}),
    ),
    lend(
        "KY-07-1503",
        ago(days=1, hours=5, minutes=35),
        "马师傅",
        "顺达水电",
        "13711110000",
        "repair",
        Step("remind", ago(hours=3), "chenyu", {"reminders": "电话催还，称下午归还。"}),
        quantity=2,
    ),
    lend("KY-PD-01", ago(hours=2), "吴磊", "工程部", "13822220000", "duty"),
    lend("KY-12-0801", ago(hours=6), "刘工", "开发商工程部", "13933330000", "repair"),
    lend("KY-SB-02", on(1, "08:40"), "吴磊", "工程部", "13822220000", "duty", back(on(1, "11:05"))),
    lend("KY-12-0802", on(2, "09:00"), "赵刚", "秩序维护部", "13644440000", "patrol", back(on(2, "10:30"), 1, "赵刚")),
    lend("KY-GG-05", on(4, "14:00"), "陈工", "楼顶防水施工队", "13555550000", "duty", back(on(4, "17:45"), 1, "陈工")),
    lend("KY-PD-01", on(5, "08:10"), "吴磊", "工程部", "13822220000", "duty", back(on(5, "18:00"))),
)
