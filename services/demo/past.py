"""What the ledgers of the demonstration house tell of the past year: what was reported, how customers were asked, and the rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from models.complaints import Complaint
from models.core.dues import month_later
from models.core.register import Register
from models.repair import RepairRequest
from services.demo.follow_up import ITEMS
from services.demo.ledgers import Book, Rows
from services.demo.past_words import (
    ACTIVITIES,
    CALLS,
    COMPLAINTS,
    DUTY,
    ENQUIRIES,
    INCIDENTS,
    NEEDS,
    NEIGHBOURS,
    NOTICES,
    OPINIONS,
    REPAIRS,
    SUGGESTIONS,
    TRAININGS,
)  # fmt: skip

FOLLOWERS = ("director foreman", *("officer", "foreman", "foreman") * 2, "officer", "foreman")
NAMES = {"director": "林国栋", "officer": "陈雨", "foreman": "吴磊", "supervisor": "周敏"}
WITHIN = {"safety": 2, "leak": 3, "general": 7}
BAD_MONTHS = (7, 8)  # the rainy ones, in which more came in than was done in time
OF_MANY = ("电梯运行异响、停靠不准", "地下车库渗水", "夜间广场舞音量过大")  # what touches many households
GRADES = ("a", "a", "a", "a", "b", "b", "c")


def _hours(chance: Random, least: float, most: float) -> timedelta:
    return timedelta(minutes=round(chance.uniform(least, most) * 60))


def _moments(
    name: str, a_month: float, first: datetime, after: datetime, hours: tuple[int, int] = (8, 20)
) -> list[tuple[Random, datetime]]:
    """So many moments a month between two days, in their order, each with its own chance; the same ones each time."""
    found: list[tuple[Random, datetime]] = []
    while first < after:
        end = min(after, first.combine(month_later(first.date().replace(day=1), 1), first.timetz()))
        chance, days = Random(f"{name} {first:%Y-%m}"), (end - first).days
        busy = 1.3 if first.month in BAD_MONTHS else 1.0
        many = int(a_month * busy * days / 30.4 * chance.uniform(0.85, 1.15) + chance.random())
        at = [first + timedelta(days=chance.randrange(days), minutes=chance.randrange(hours[0] * 60, hours[1] * 60)) for _n in range(many)]
        found += [(Random(f"{name} {each.isoformat()} {place}"), each) for place, each in enumerate(sorted(at))]
        first = end
    return found


def _slow(chance: Random, at: datetime) -> bool:
    """Whether this one was late."""
    return chance.random() < (0.22 if at.month in BAD_MONTHS else 0.06)


# What is reported ------------------------------------------------------------------------


def complaints(first: datetime, after: datetime) -> Rows:
    """Complaints, answered and closed."""
    return [_complaint(chance, at) for chance, at in _moments("complaint", 15, first, after, (8, 22))]


def _complaint(chance: Random, at: datetime) -> dict[str, Any]:
    house, name, phone = chance.choice(NEIGHBOURS)
    subject, post, cause, result = chance.choices(COMPLAINTS, [12 - n for n in range(len(COMPLAINTS))])[0]
    validity = chance.choices(("valid", "assisted", "invalid"), (1, 8, 9))[0]
    contacted = at + (_hours(chance, 2.2, 5) if _slow(chance, at) else _hours(chance, 0.1, 1.7))
    quick = validity == "invalid" and contacted - at < timedelta(hours=1.8)
    handled = contacted if quick else contacted + chance.choice((_hours(chance, 0.5, 3), _hours(chance, 2, 30)))
    answered = handled + (timedelta(minutes=4) if quick else _hours(chance, 0.2, 1.5))
    return {
        "channel": chance.choice(("phone", "phone", "phone", "visit", "online", "box", "hotline")),
        "received_at": at, "first_responder": "何静", "house": house, "complainant": name, "phone": phone,
        "subject": subject, "content": f"{subject}，请尽快处理。", "validity": validity, "post": post,
        "severity": chance.choices(("minor", "moderate", "serious"), (6, 4, 1))[0],
        "contacted_at": contacted, "cause": cause, "result": result, "measures": result, "handler": NAMES["supervisor"],
        "handled_at": handled, "reply_mode": chance.choice(("phone", "phone", "visit", "face")), "answered_at": answered,
        "answered_by": "周敏", "explanation": "已当面说明情况。" if validity == "invalid" else None,
        "opinion": "认可处理结果。", "satisfied": chance.random() < 0.88,
        "collective": subject in OF_MANY and chance.random() < 0.3, "closed_at": answered + timedelta(days=1),
        "level": "supervisor" if chance.random() < 0.08 else "desk", "state": "closed",
    }  # fmt: skip


def repeats(made: Sequence[Register]) -> tuple[str, Rows]:
    """Every ninth is complained of again some days later."""
    rows: Rows = []
    for before in made[::9]:
        assert isinstance(before, Complaint)
        again = _complaint(Random(before.content + before.number), before.received_at + timedelta(days=6))
        same = {key: before.get(key) for key in ("house", "complainant", "phone", "subject", "post", "cause", "result", "measures")}
        rows.append(again | same | {"content": f"{before.subject}，上次处理后又出现。", "repeat_of": before.id})
    return "complaint", rows


def repairs(first: datetime, after: datetime) -> Rows:
    """Repairs, done and followed up."""
    return [_repair(chance, at) for chance, at in _moments("repair", 20, first, after, (8, 19))]


def _repair(chance: Random, at: datetime) -> dict[str, Any]:
    house, name, phone = chance.choice(NEIGHBOURS)
    content, category, result = chance.choice(REPAIRS)
    appointed = at + _hours(chance, 2, 20)
    arrived = appointed + (_hours(chance, 0.2, 2) if _slow(chance, at) else -_hours(chance, 0.05, 0.5))
    completed = arrived + _hours(chance, 0.4, 3)
    late = chance.random() < 0.05
    followed = completed + timedelta(days=WITHIN[category]) + (_hours(chance, 4, 30) if late else -_hours(chance, 10, 40))
    return {
        "received_at": at, "way": chance.choice(("phone", "phone", "direct")), "received_by": "何静", "customer": name, "house": house,
        "phone": phone, "content": content, "appointed_at": appointed, "confirmed_at": at + _hours(chance, 0.1, 0.8),
        "dispatch_number": f"PG-{at:%m%d}-{chance.randrange(10, 99)}", "assigned_at": at + _hours(chance, 0.1, 1), "repairer": "吴磊",
        "arrived_at": arrived, "category": category, "completed_at": completed, "reported_back_at": completed, "result": result,
        "follow_up_way": "visit", "followed_at": followed, "followed_by": "陈雨", "opinion": "修好了。", "state": "followed",
    }  # fmt: skip


def repair_follow_ups(repaired: Sequence[Register]) -> tuple[str, Rows]:
    """The records of the follow-ups: of nine repairs one by the director, three by the officer, six by the head of repairs."""
    rows: Rows = []
    in_month: Counter[tuple[int, int]] = Counter()
    for repair in repaired:
        assert isinstance(repair, RepairRequest) and repair.completed_at is not None
        month = (repair.completed_at.year, repair.completed_at.month)
        rows += [_repair_follow_up(repair, follower) for follower in FOLLOWERS[in_month[month] % len(FOLLOWERS)].split()]
        in_month[month] += 1
    return "repair_follow_up", rows


def _repair_follow_up(repair: RepairRequest, follower: str) -> dict[str, Any]:
    chance = Random(f"{repair.received_at} {follower}")
    grade, at = chance.choice(GRADES), repair.followed_at
    return {
        "repair": repair.id, "followed_at": at, "follower": follower, "followed_by": NAMES[follower],
        "way": "visit" if chance.random() < 0.6 else "phone", "respondent": repair.customer, "looked_at": chance.random() < 0.8,
        "grade": grade, "opinion": {"a": "满意。", "b": "基本满意。", "c": "希望再快些。"}[grade], "charge_checked": True,
        "has_problem": grade == "c", "problem": "收口不平，要求返工。" if grade == "c" else None,
        "notified_at": at + timedelta(hours=3) if grade == "c" and at else None, "state": "done",
    }  # fmt: skip


def calls(first: datetime, after: datetime) -> Rows:
    """Calls and visits at the desk."""
    rows: Rows = []
    for chance, at in _moments("call", 25, first, after):
        (house, name, phone), (content, outcome) = chance.choice(NEIGHBOURS), chance.choice(CALLS)
        done = at + (_hours(chance, 18, 30) if _slow(chance, at) else _hours(chance, 0.1, 2.5))
        rows.append(
            {
                "received_at": at, "channel": chance.choice(("phone", "phone", "visit")), "caller": name, "house": house, "phone": phone,
                "content": content, "is_complaint": False, "received_by": "何静", "outcome": outcome, "done_at": done, "state": "done",
            }
        )  # fmt: skip
    return rows


def enquiries(first: datetime, after: datetime) -> Rows:
    """Questions that were answered at once."""
    rows: Rows = []
    for chance, at in _moments("enquiry", 8, first, after):
        question, answer = chance.choice(ENQUIRIES)
        rows.append(
            {
                "received_at": at, "way": "phone", "rings": chance.choice((1, 2, 2, 3)), "question": question, "answer": answer,
                "pending": False, "answered_at": at, "officer": "何静", "state": "answered",
            }
        )  # fmt: skip
    return rows


def duty(first: datetime, after: datetime) -> Rows:
    """Matters of the shifts."""
    rows: Rows = []
    for chance, at in _moments("duty", 15, first, after, (7, 23)):
        (house, name, phone), (matter, content, result) = chance.choice(NEIGHBOURS), chance.choice(DUTY)
        contacted, told = at + _hours(chance, 0.1, 1.5), matter == "complaint"
        rows.append(
            {
                "received_at": at, "shift": "early" if at.hour < 15 else "middle" if at.hour < 22 else "night", "officer": "何静",
                "matter": matter, "caller": name, "house": house, "phone": phone, "content": content, "on_the_spot": True,
                "contacted_at": contacted if told else None, "result": result, "handled_at": contacted + timedelta(minutes=30),
                "replied_at": contacted + timedelta(minutes=50) if told else None, "opinion": "同意。" if told else None, "state": "done",
            }
        )  # fmt: skip
    return rows


# How customers are asked -----------------------------------------------------------------


def visits(first: datetime, after: datetime) -> Rows:
    """Follow-ups by telephone, at home and at the desk."""
    rows: Rows = []
    for chance, at in _moments("visit", 12, first, after, (9, 18)):
        house, name, _phone = chance.choice(NEIGHBOURS)
        opinion, answer = chance.choice(OPINIONS)
        voice = chance.choices(("none", "suggestion", "opinion"), (6, 3, 2))[0]
        silent, post = voice == "none", chance.choice(("officer", "officer", "supervisor", "director"))
        rows.append(
            {
                "visited_at": at, "way": chance.choice(("phone", "phone", "home", "face")), "house": house, "respondent": name,
                "visited_by": NAMES[post], "post": post, "area": "1–6栋" if int(house.split("栋")[0]) < 7 else "7–12栋",
                "content": "询问近期服务与维修情况。", "voice": voice, "opinion": None if silent else opinion,
                "promised_at": None if silent else at + timedelta(days=2), "answer": None if silent else answer,
                "answered_at": None if silent else at + (timedelta(days=3) if chance.random() < 0.06 else _hours(chance, 5, 40)),
                "state": "closed",
            }
        )  # fmt: skip
    return rows


def opinions(first: datetime, after: datetime) -> Rows:
    """What dissatisfied customers at follow-ups, and how it was put right or explained."""
    rows: Rows = []
    for chance, at in _moments("opinion", 4, first, after):
        (house, name, _phone), (opinion, answer) = chance.choice(NEIGHBOURS), chance.choice(OPINIONS)
        explained = chance.random() < 0.2
        rows.append(
            {
                "visited_on": at.date(), "house": house, "customer": name, "content": "月度回访。", "opinion": opinion, "visitor": "陈雨",
                "dissatisfaction": opinion, "measure": None if explained else answer, "answer": "同意。",
                "completed_on": None if explained else (at + timedelta(days=3)).date(),
                "explanation": "须业委会同意后安排，已当面说明。" if explained else None,
                "reviewed_at": at + timedelta(days=4), "state": "reviewed",
            }
        )  # fmt: skip
    return rows


def calls_on_customers(first: datetime, after: datetime) -> Rows:
    """Customers called on at home by appointment."""
    rows: Rows = []
    for chance, at in _moments("call on", 2, first, after, (9, 17)):
        (house, name, _phone), (needs, measure) = chance.choice(NEIGHBOURS), chance.choice(NEEDS)
        rows.append(
            {
                "visited_at": at, "interviewer": "陈雨", "house": house, "customer": name, "appointed_at": at, "on_time": True,
                "items": ITEMS, "needs": needs, "measure": measure, "promised_at": at + timedelta(days=2), "outcome": measure,
                "handled_at": at + timedelta(days=1), "followed_by": "周敏", "followed_at": at + timedelta(days=3),
                "follow_up": "已落实。", "satisfaction": chance.choice(("5", "4", "4")), "state": "closed",
            }
        )  # fmt: skip
    return rows


# What else an office does ----------------------------------------------------------------


def statements(first: datetime, after: datetime) -> Rows:
    """The profit and loss statement of each month, handed in by the fifth; once it was late."""
    rows: Rows = []
    for on in _days(first, after, lambda day: day.day == (7 if day.month == 2 else 4)):
        paper = f"{on.year if on.month > 1 else on.year - 1}年{(on.month - 2) % 12 + 1}月财务损益表"
        rows.append(
            {
                "kind": "report", "submitted": "profit_and_loss", "decided_on": on, "paper": paper, "pages": 3, "drafted_by": "周敏",
                "delivered_on": on, "delivery": "hand", "answered_on": on + timedelta(days=3), "answer": "已收悉。", "state": "closed",
            }
        )  # fmt: skip
    return rows


def meetings(first: datetime, after: datetime) -> Rows:
    """The meetings with the owners' committee, one a quarter."""
    rows: Rows = []
    for on in _days(first, after, lambda day: day.month in (1, 4, 7) and day.day == 16):
        quarter = (on.month - 2) // 3 % 4 + 1
        began = datetime.combine(on, datetime.min.time().replace(hour=15), first.tzinfo)
        rows.append(
            {
                "meeting": f"第{'一二三四'[quarter - 1]}季度沟通会", "kind": "quarter", "began_at": began, "place": "业委会办公室",
                "ended_at": began + timedelta(hours=2), "chair": "林国栋", "recorder": "周敏",
                "present": [{"name": "刘芳", "seat": "committee"}, {"name": "林国栋", "seat": "property"}],
                "agenda": "一、季度工作简况；二、财务支出通报。", "finances": "季度支出明细已随损益表报送并公示。", "state": "closed",
            }
        )  # fmt: skip
    return rows


def notices(first: datetime, after: datetime) -> Rows:
    """Notices that hung and were taken down."""
    rows: Rows = []
    for chance, at in _moments("notice", 2, first, after):
        title, subject = chance.choice(NOTICES)
        on = at.date()
        rows.append(
            {
                "title": title, "subject": subject, "tells_hotline": True, "drafted_on": on, "drafted_by": "陈雨", "copies": 24,
                "places": "各单元公告栏", "approved_by": "周敏", "posted_on": on + timedelta(days=1),
                "taken_down_on": on + timedelta(days=7), "state": "taken_down",
            }
        )  # fmt: skip
    return rows


def _simple(name: str, a_month: float, row: Callable[[Random, datetime], dict[str, Any]]) -> Callable[[datetime, datetime], Rows]:
    """Rows that are all alike but for a word or two."""
    return lambda first, after: [row(chance, at) for chance, at in _moments(name, a_month, first, after, (9, 18))]


def _activity(chance: Random, at: datetime) -> dict[str, Any]:
    planned, activity = at.date(), chance.choice(ACTIVITIES)
    return {
        "planned_on": planned, "activity": activity, "held_on": planned + timedelta(days=5), "place": "中心花园", "organiser": "陈雨",
        "number_present": chance.randrange(30, 90), "course": "按计划进行。", "state": "closed",
    }  # fmt: skip


def _training(chance: Random, at: datetime) -> dict[str, Any]:
    return {
        "held_on": at.date(), "topic": chance.choice(TRAININGS), "place": "会议室", "trainer": "周敏", "lessons": 2,
        "content": "结合上月投诉案例讲解并讨论。", "attendance": [{"name": "何静", "post": "前台", "examined": "oral", "score": 92}],
        "effect": "均能说清要点。", "state": "appraised",
    }  # fmt: skip


def _suggestion(chance: Random, at: datetime) -> dict[str, Any]:
    house, name, _phone = chance.choice(NEIGHBOURS)
    return {
        "received_on": at.date(), "resident": name, "house": house, "content": chance.choice(SUGGESTIONS), "received_by": "何静",
        "reported_at": at, "department": "客户服务部", "result": "已采纳并张榜致谢。", "consent": True,
        "posted_on": at.date() + timedelta(days=6), "state": "posted",
    }  # fmt: skip


def _incident(chance: Random, at: datetime) -> dict[str, Any]:
    place, course = chance.choice(INCIDENTS)
    return {
        "happened_at": at, "place": place, "kind": "other", "course": course, "recorder": "赵刚", "reviewer": "周敏",
        "reported_at": at + timedelta(minutes=10), "closed_at": at + timedelta(days=1), "state": "closed",
    }  # fmt: skip


def _round(chance: Random, at: datetime) -> dict[str, Any]:
    return {
        "inspected_on": at.date(), "technician": "吴磊", "condition": "大型设备运行正常。", "daily_checks": "all", "week_work": "all",
        "state": "signed",
    }  # fmt: skip


def _patrol(chance: Random, at: datetime) -> dict[str, Any]:
    return {
        "walked_at": at, "shift": "early" if at.hour < 15 else "middle", "patroller": "赵刚", "route": "东门—各栋—地下车库—西门",
        "facilities": "intact", "relief": "赵刚", "relieved_at": at + timedelta(hours=3), "state": "relieved",
    }  # fmt: skip


def _days(first: datetime, after: datetime, which: Callable[[date], bool]) -> list[date]:
    days = (first.date() + timedelta(days=n) for n in range((after - first).days))
    return [day for day in days if which(day)]


BOOKS = (
    Book("complaint", complaints, repeats),
    Book("repair_request", repairs, repair_follow_ups),
    Book("call_visit", calls),
    Book("enquiry", enquiries),
    Book("duty_log", duty),
    Book("follow_up_visit", visits),
    Book("feedback_handling", opinions),
    Book("customer_call", calls_on_customers),
    Book("committee_notice", statements),
    Book("committee_meeting", meetings),
    Book("notice", notices),
    Book("community_activity", _simple("activity", 0.5, _activity)),
    Book("training", _simple("training", 1, _training)),
    Book("suggestion", _simple("suggestion", 1, _suggestion)),
    Book("security_incident", _simple("incident", 0.5, _incident)),
    Book("equipment_inspection", _simple("round", 4, _round)),
    Book("patrol_log", _simple("patrol", 6, _patrol)),
)
