"""投诉: until when, whom to tell, how often."""

from datetime import datetime, timedelta

from tests.rule import LATER, START, Expected, Owed, Wanted, after, at, midnight

HANDLED = {"handled_at": START}
ANSWERED = {"answered_at": START}


def day_after(start: datetime) -> datetime:
    """The last second of the day after."""
    return midnight(start) + timedelta(days=1)


CLOCKS = {
    ("complaint", "contact"): Expected("RULE-031", after(hours=2), "contacted_at", ("answered_at",)),
    ("complaint", "explained"): Expected("RULE-032", after(hours=2), "answered_at", over={"validity": "invalid"}),
    ("complaint", "same_day"): Expected("RULE-033", midnight, "answered_at", ("contacted_at",)),
    ("complaint", "agreed"): Expected("RULE-038", at(LATER), "answered_at", then={"agreed_reply_at": LATER}),
    ("complaint", "three_days"): Expected(
        "RULE-034",
        after(days=3),
        "answered_at",
        ("later_agreed_at",),
        held={"validity": "assisted"},
        goes_on=({"validity": "valid"}, {"unit_answered_at": START + timedelta(hours=1)}),
    ),
    ("complaint", "reply"): Expected("RULE-013", after(hours=2), "answered_at", start="handled_at", then=HANDLED),
    ("complaint", "progress"): Expected("RULE-035 RULE-036", day_after, "answered_at"),
    ("complaint", "asked_again"): Expected("RULE-039", after(days=7), "closed_at", start="answered_at", then=ANSWERED),
    ("complaint", "report_back"): Expected(
        "RULE-066", after(hours=12), "reported_back_at", start="handled_at", over={"passed_down": True}, then=HANDLED
    ),
    ("appeal", "answer"): Expected("RULE-190", after(days=15), "answered_at"),
    ("appeal", "urgent_answer"): Expected("RULE-190", at(midnight(START) + timedelta(days=5)), "answered_at", over={"urgent": True}),
}

TELLS = {
    ("complaint", "head"): Owed("RULE-064", midnight, to="project_manager", over={"severity": "serious"}),
    ("complaint", "director"): Owed("RULE-056", midnight, to="project_manager", then=HANDLED),
    ("complaint", "developer"): Owed("RULE-065", midnight, met_by="referred_at", over={"post": "developer"}),
    ("complaint", "unit"): Owed("RULE-036 RULE-040 RULE-067", midnight, met_by="referred_at", over={"validity": "assisted"}),
    ("complaint", "report_back"): Owed("RULE-066", after(hours=12), met_by="reported_back_at", over={"passed_down": True}, then=HANDLED),
    ("special_incident", "manager"): Owed(
        "RULE-059", after(minutes=15), to="project_manager", met_by="decided_at", over={"reported_at": START}
    ),
    ("special_incident", "general"): Owed("RULE-060", after(minutes=15), then={"decided_at": START, "inform_general": True}),
    ("special_incident", "developer"): Owed("RULE-060", after(minutes=15), then={"decided_at": START, "inform_developer": True}),
    ("escalation", "supervisor"): Owed(
        "RULE-058", after(minutes=15), to="cs_supervisor", over={"to_level": "supervisor"}, at_once=True, receipt="acknowledged_at"
    ),
    ("escalation", "manager"): Owed(
        "RULE-061", after(minutes=15), to="project_manager", over={"to_level": "manager"}, at_once=True, receipt="acknowledged_at"
    ),
    ("escalation", "quality"): Owed(
        "RULE-062 RULE-063", after(minutes=15), to="quality", over={"to_level": "company"}, at_once=True, receipt="acknowledged_at"
    ),
    ("escalation", "developer"): Owed("RULE-062", after(minutes=15), over={"to_level": "company"}),
    ("escalation", "general"): Owed("RULE-060", after(minutes=15), over={"to_level": "general"}, at_once=True, receipt="acknowledged_at"),
}
PLANS = {
    ("complaint_case", "case"): Wanted("RULE-072", "every month"),
    ("complaint_case", "training"): Wanted("RULE-072", "every month", over={"trained_on": START.date(), "state": "trained"}),
}
