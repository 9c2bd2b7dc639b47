"""The readings of the documents that a company may change by site, each with its question in `docs/spec/conflicts.md`.

A figure that no document gives is `ours`, and is shown as the product's default. A reading that leaves nothing to
choose is no setting: it stands beside these on the page of settings.
"""

from __future__ import annotations

from models.core.access import CS_ASSISTANT, CS_SUPERVISOR, ENGINEERING, FRONT_DESK, PROJECT_MANAGER, QUALITY, ROLES, SECURITY
from models.core.choice import Choice
from models.core.message import NOTHING, Message, _
from models.core.setting import Setting


class Coverage(Choice):
    """When somebody is on duty (C-04)."""

    ALL_DAY = "24h", _("24 hours")
    BY_SHIFT = "office+holiday+noon", _("Office hours, holidays and noon")


COVERAGE = Setting(
    "coverage",
    _("Hours covered by the roster"),
    default=Coverage.ALL_DAY,
    choices=Coverage,
    conflict="C-04",
    clause="S1 4.2.2",
    rule="RULE-005 RULE-006",
    text=_("The roster is searched for gaps in these hours."),
)
OFFICE_OPENS = Setting(
    "office_opens",
    _("The office opens at"),
    default=8,
    least=0,
    most=12,
    unit=_("o'clock"),
    ours=True,
    conflict="C-04",
    clause="S0 值班一",
    rule="RULE-005",
    text=_("From then on somebody is on duty every day, at noon and on holidays too."),
)
OFFICE_CLOSES = Setting(
    "office_closes",
    _("The office closes at"),
    default=18,
    least=13,
    most=24,
    unit=_("o'clock"),
    ours=True,
    conflict="C-04",
    clause="S0 值班一",
    rule="RULE-005",
    text=_("Until then somebody is on duty every day, at noon and on holidays too."),
)
GAPS_AHEAD = Setting(
    "gaps_told_ahead",
    _("The supervisor is told of a gap in the roster ahead by"),
    default=1,
    least=0,
    most=14,
    unit=_("days"),
    ours=True,
    conflict="C-04",
    clause="S0 值班一",
    rule="RULE-005",
    text=_("From the hour at which the office opens, once for each gap. 0: nobody is told, the page of the roster shows it alone."),
)
HOUSEHOLDS = Setting(
    "collective_households",
    _("Households that make a complaint collective"),
    default=5,
    least=2,
    most=5,
    unit=_("households"),
    conflict="C-07",
    clause="S1 4.1.4",
    rule="RULE-027",
    text=_("So many households or more, about one event."),
)
WINDOW = Setting(
    "collective_window",
    _("Window of a collective complaint"),
    default=24,
    least=1,
    most=8760,
    unit=_("hours"),
    ours=True,
    conflict="C-07",
    clause="S1 4.1.4",
    rule="RULE-027",
    text=_("Complaints about one event count together when they come within so many hours."),
)
AT_ONCE = Setting(
    "at_once",
    _("At once"),
    default=15,
    least=1,
    most=240,
    unit=_("minutes"),
    ours=True,
    conflict="C-08",
    clause="S1 4.5.1, 4.3.1; S3 EI 4.5",
    rule="RULE-012 RULE-059 RULE-151 RULE-155",
    text=_("Where the documents say at once, this is how long it may take."),
)
ARRIVAL = Setting(
    "arrival",
    _("The incoming shift arrives before the handover"),
    default=15,
    least=0,
    most=60,
    unit=_("minutes"),
    conflict="C-11",
    clause="S3 ED 4.1.2; HO 1",
    rule="RULE-140",
    text=_("Required of the incoming shift."),
)
ARRIVAL_LATE = Setting(
    "arrival_late",
    _("An arrival counts as late from"),
    default=10,
    least=0,
    most=60,
    unit=_("minutes"),
    conflict="C-11",
    clause="S3 ED 4.2.1",
    rule="RULE-141",
    text=_("Whoever comes later than so long before the handover is late."),
)
REQUEST_CONTACT = Setting(
    "request_contact",
    _("Contact after a service request"),
    default=2,
    least=1,
    most=24,
    unit=_("hours"),
    ours=True,
    clause="S4 L549",
    rule="RULE-043",
    text=_("The documents say within the stated time; a complaint has two hours."),
)
POLICE = Setting(
    "police_hand_over",
    _("An unlawful case is handed to the police within"),
    default=24,
    least=1,
    most=72,
    unit=_("hours"),
    ours=True,
    clause="S2 篇六 一.4",
    text=_("The documents say in time, and give no figure."),
)
KEY_LOAN = Setting(
    "key_loan",
    _("A key is lent for"),
    default=24,
    least=1,
    most=72,
    unit=_("hours"),
    conflict="C-16",
    clause="S3 KY 4.3.3",
    rule="RULE-119",
    text=_("From lending; a return expected sooner counts, one expected later needs the supervisor."),
)
RETENTION = Setting(
    "retention",
    _("Records of which no document says how long they are kept"),
    default=0,
    least=0,
    most=100,
    unit=_("years from closing"),
    ours=True,
    conflict="C-17",
    clause="S3 KY 4.4",
    rule="RULE-123",
    text=_("0: they are kept without end. The working registers of the keys are kept two years by the documents."),
)
NAME_LABEL = Setting(
    "name_label",
    _("Print the customer's name on the label of a key"),
    default=False,
    conflict="C-24",
    clause="S3 KY 4.2.4",
    rule="RULE-115",
    text=_("The documents ask for the name; without it the label has key number and code, and the name stands in the register."),
)

_TITLED = (FRONT_DESK, CS_ASSISTANT, CS_SUPERVISOR, PROJECT_MANAGER, ENGINEERING, SECURITY, QUALITY)
TITLES: dict[str, Setting] = {
    role: Setting(
        f"title_{role}",
        _("Printed title: {role}", role=ROLES[role]),
        default="",
        ours=True,
        conflict="C-26",
        clause="S0, S1, S2, S3",
        text=_("Left empty, it is “{role}”.", role=ROLES[role]),
    )
    for role in _TITLED
}


def _ahead(subject: str, label: Message, days: int, *, least: int = 0, ours: bool = True) -> Setting:
    return Setting(
        f"lead_time_{subject}",
        label,
        default=days,
        least=least,
        most=60,
        unit=_("days ahead"),
        ours=ours,
        conflict="C-29",
        clause="S4 4.2.1(1)",
        rule="RULE-172",
        text=_("0: on the day itself, before it begins.") if least == 0 else NOTHING,
    )


# By the kinds of the notice ledger.
LEAD_TIME: dict[str, Setting] = {
    "water": _ahead("water", _("Notice of a water cut"), 0),
    "power": _ahead("power", _("Notice of a power cut"), 0),
    "heat": _ahead("heat", _("Notice of a heating cut"), 0),
    "gas": _ahead("gas", _("Notice of a gas cut"), 0),
    "pest": _ahead("pest", _("Notice of pest control and disinfection"), 3, least=3, ours=False),
    "reminder": _ahead("reminder", _("Reminder to the residents"), 0),
    "cooperation": _ahead("cooperation", _("Request for the residents' cooperation"), 0),
    "community": _ahead("community", _("Notice on community affairs"), 0),
}
BOARD = Setting(
    "board_interval",
    _("The bulletin board is changed every"),
    default=3,
    least=1,
    most=3,
    unit=_("months"),
    conflict="C-31",
    clause="S4 4.2.4",
    rule="RULE-177",
    text=_("At the end of the month in which it falls."),
)
QUERY = Setting(
    "query_unreasonable",
    _("Answer to a query that is unreasonable or unlawful"),
    default=3,
    least=1,
    most=30,
    unit=_("working days"),
    ours=True,
    conflict="C-36",
    clause="S4 L169–L171",
    rule="RULE-187",
    text=_("A reasonable query is answered within three working days by the documents."),
)
ASK_AGAIN = Setting(
    "ask_again",
    _("The resident is asked again after the reply within"),
    default=7,
    least=1,
    most=60,
    unit=_("days"),
    ours=True,
    clause="S2 篇二 2",
    rule="RULE-039",
    text=_("The documents say once or twice more, and give no time. The complaint is closed with the answer."),
)
ANSWER_IN_WRITING = Setting(
    "answer_in_writing",
    _("Every complaint is answered in writing"),
    default=False,
    clause="S2 篇五 3.1, 3.2",
    rule="RULE-052",
    text=_("A rule of a laboratory's quality system. A written complaint is answered in writing in any case."),
)
NEUTRAL = Setting(
    "neutral_satisfied",
    _("The middle level counts as satisfied"),
    default=False,
    ours=True,
    clause="S3 SV 4.1.3",
    text=_("No document says whether it does; the statistics sheet prints which was chosen. It fills a new survey in beforehand."),
)

SETTINGS: tuple[Setting, ...] = (
    COVERAGE,
    OFFICE_OPENS,
    OFFICE_CLOSES,
    GAPS_AHEAD,
    HOUSEHOLDS,
    WINDOW,
    AT_ONCE,
    ARRIVAL,
    ARRIVAL_LATE,
    REQUEST_CONTACT,
    POLICE,
    KEY_LOAN,
    RETENTION,
    NAME_LABEL,
    *TITLES.values(),
    *LEAD_TIME.values(),
    BOARD,
    QUERY,
    ASK_AGAIN,
    ANSWER_IN_WRITING,
    NEUTRAL,
)


def setting(key: str) -> Setting:
    """The setting called `key`; `KeyError` when there is none."""
    return {each.key: each for each in SETTINGS}[key]
