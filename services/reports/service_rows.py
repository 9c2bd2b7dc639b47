"""What the reports on the service as a whole count: duty, calls, security, rounds, keys, notices, meetings, training."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement

from models.complaints import CapaVerification
from models.contact import CallVisit, Enquiry
from models.core.message import _
from models.duty import DutyLog
from models.engineering import EquipmentInspection
from models.keys import KeyBorrow
from models.outreach import CommitteeMeeting, CommunityActivity, Forum, Notice, Suggestion
from models.security import PatrolLog, SecurityIncident
from models.staff import Training
from services.reporting.ground import Ground
from services.reporting.words import Counted, Figure, Rows

Found = Iterable[ColumnElement[bool]]


def lost(c: Any, ground: Ground) -> Found:
    """A key that was reported lost."""
    return (c.lost_at.is_not(None),)


DUTY = Figure(key="duty", label=_("Matters in the duty log"), part=Counted(Rows(DutyLog)), clause="S1 4.2")
CALLS = Figure(key="calls", label=_("Calls and visits received"), part=Counted(Rows(CallVisit)), clause="S1 4.2")
ENQUIRIES = Figure(key="enquiries", label=_("Enquiries"), part=Counted(Rows(Enquiry)), clause="S4 4.2.2")
ROUNDS = Figure(key="rounds", label=_("Equipment rounds"), part=Counted(Rows(EquipmentInspection)), clause="S3 EI 5.1")
PATROLS = Figure(key="patrols", label=_("Patrols"), part=Counted(Rows(PatrolLog)), clause="S2 篇六")
INCIDENTS = Figure(key="incidents", label=_("Security incidents"), part=Counted(Rows(SecurityIncident)), clause="S2 篇六 一.5")
LOANS = Figure(key="loans", label=_("Keys lent"), part=Counted(Rows(KeyBorrow)), clause="S3 KY 4.3")
LOST_KEYS = Figure(key="lost_keys", label=_("Keys lost"), part=Counted(Rows(KeyBorrow, (lost,), moment="lost_at")), clause="S3 KY 4.3")
NOTICES = Figure(key="notices", label=_("Notices posted"), part=Counted(Rows(Notice, moment="posted_on")), clause="S4 4.2.1")
MEETINGS = Figure(key="meetings", label=_("Meetings with the owners' committee"), part=Counted(Rows(CommitteeMeeting)), clause="S4 L141")
FORUMS = Figure(key="forums", label=_("Residents' forums"), part=Counted(Rows(Forum)), clause="S2 篇一 二.2(3)")
ACTIVITIES = Figure(key="activities", label=_("Community activities"), part=Counted(Rows(CommunityActivity)), clause="S4 4.2.5")
SUGGESTIONS = Figure(key="suggestions", label=_("Suggestions received"), part=Counted(Rows(Suggestion)), clause="S2 篇一 一.4")
TRAININGS = Figure(key="trainings", label=_("Trainings held"), part=Counted(Rows(Training)), clause="S1 4.12.1")
CORRECTIVE = Figure(key="capa", label=_("Corrective and preventive actions"), part=Counted(Rows(CapaVerification)), clause="S3 CP 2.4")
