"""The key cabinet of the demonstration house, and who took which key."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
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


def entrust(
    name: str,
    at: When,
    unit: str,
    customer: str,
    phone: str,
    keys: list[dict[str, Any]],
    hardship: str,
    requirements: str,
    *steps: Step,
    collectors: str = "",
) -> Story:
    """A custody authorisation: the disclaimer is told, the customer signs, and gets the second part."""
    values: dict[str, Any] = {"dated": lambda opening: at(opening).date(), "unit": unit, "customer": customer, "phone": phone}
    values |= {"keys": keys, "hardship": hardship, "requirements": requirements, "collectors": collectors}
    return Story("custody_authorisation", at, "chenyu", values, steps, name=name)


def signed(day_ago: int, customer: str) -> tuple[Step, ...]:
    """What follows at the desk at once: told, signed on paper, second part given."""
    return (
        Step("tell", on(day_ago, "09:06"), "chenyu", {"disclaimer": True}),
        Step("sign customer", on(day_ago, "09:10"), "chenyu", {"way": "paper", "person": customer}),
        Step("give_copy", on(day_ago, "09:12"), "chenyu"),
    )


def custody(name: str, at: When, **values: Any) -> Step:
    """A step on the line of the custody register that stands for the authorisation."""
    return Step(name, at, "chenyu", values, register="key_custody")


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
    slip = Step("sign borrower", at, "chenyu", {"way": "paper", "person": borrower})
    return Story("key_borrow", at, "chenyu", values | {"lent_by": "陈雨"} | more, (slip, *steps))


def back(at: When, quantity: int = 1, by: str = "") -> Step:
    """The keys hang on their hook again."""
    return Step("take_back", at, "chenyu", {"returned_quantity": quantity} | ({"returned_by": by} if by else {}))


def reminded(at: When, way: str, whom: str, answer: str) -> Callable[[datetime], list[dict[str, str]]]:
    """The table of reminders with its first line."""
    return lambda opening: [{"at": at(opening).isoformat(), "way": way, "whom": whom, "answer": answer}]


def checked(days: int, *steps: Step) -> Story:
    """The daily look through the key registers."""
    at = on(days, "08:45") if days else ago(minutes=30)
    values = {"checked_on": day(days), "checked_by": "陈雨", "agrees": True, "action": "核对借用登记，逾期的已电话催还。"}
    return Story("key_check", at, "chenyu", values, steps)


STORIES = (
    entrust(
        "委托7-1503",
        on(60, "09:00"),
        "7栋2单元1503",
        "任海涛",
        "13866021503",
        [{"door": "entrance", "many": 2, "code": "1503"}, {"door": "letterbox", "many": 1, "code": None}],
        "常年驻外，委托通风与漏水巡查",
        "凭本人身份证领取；本人不便时由弟弟任海波持身份证代领。",
        *signed(60, "任海涛"),
        collectors="任海波",
    ),
    hook("KY-07-1503", "A-07", "7栋2单元1503", "customer", 3, 60, entrustment=Told("委托7-1503")),
    entrust(
        "委托10-0404",
        on(35, "09:00"),
        "10栋2单元0404",
        "马文静",
        "13411112222",
        [{"door": "entrance", "many": 1, "code": "B0404"}],
        "住院手术，家中无人，需他人进屋喂猫",
        "出院后由本人凭身份证领回。",
        *signed(35, "马文静"),
        custody("identify", on(8, "15:20"), collector="马文静", proof="身份证 404X"),
        custody("sign collector", on(8, "15:22"), way="paper", person="马文静"),
        custody("hand_over", on(8, "15:23")),
    ),
    hook("KY-10-0404", "A-10", "10栋2单元0404", "customer", 1, 35, entrustment=Told("委托10-0404")),
    entrust(
        "委托2-1401",
        ago(hours=2, minutes=10),
        "2栋1单元1401",
        "沈佳",
        "13533332222",
        [{"door": "entrance", "many": 1, "code": None}, {"door": "room", "many": 2, "code": None}],
        "出国探亲三个月，委托定期查看水电",
        "凭本人身份证领取，不得交他人。",
        Step("tell", ago(hours=2), "chenyu", {"disclaimer": True}),
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
        Step("identify", on(6, "10:12"), "chenyu", {"collector": "葛明", "proof": "身份证 4417"}),
        Step("sign collector", on(6, "10:18"), "chenyu", {"way": "paper", "person": "葛明"}),
        Step("hand_over", on(6, "10:20"), "chenyu", {"taken_down_on": day(6)}),
    ),
    lend(
        "KY-07-1503",
        ago(days=1, hours=5, minutes=35),
        "马师傅",
        "顺达水电",
        "13711110000",
        "repair",
        Step("fall_overdue", ago(hours=5), "chenyu"),
        Step("remind", ago(hours=3), "chenyu", {"recalls": reminded(ago(hours=3), "phone", "马师傅", "称下午归还。")}),
        quantity=2,
    ),
    lend("KY-PD-01", ago(hours=2), "吴磊", "工程部", "13822220000", "duty"),
    lend("KY-12-0801", ago(hours=6), "刘工", "开发商工程部", "13933330000", "repair"),
    lend("KY-SB-02", on(1, "08:40"), "吴磊", "工程部", "13822220000", "duty", back(on(1, "11:05"))),
    lend("KY-12-0802", on(2, "09:00"), "赵刚", "秩序维护部", "13644440000", "patrol", back(on(2, "10:30"), 1, "赵刚")),
    lend("KY-GG-05", on(4, "14:00"), "陈工", "楼顶防水施工队", "13555550000", "duty", back(on(4, "17:45"), 1, "陈工")),
    lend("KY-PD-01", on(5, "08:10"), "吴磊", "工程部", "13822220000", "duty", back(on(5, "18:00"))),
    *(checked(days, Step("review", on(days, "17:30"), "zhoumin")) for days in (3, 2, 1)),
    checked(0),
)
