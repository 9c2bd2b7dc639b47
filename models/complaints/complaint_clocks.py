"""The clocks of a complaint (S1 4.4.1–4.10.1; S2 篇二; S3 CP 1.2; C-01 to C-03), and how far each lets it climb."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from models.complaints.judgement import Level, Post, Validity
from models.core.deadlines import Deadline, Ground
from models.core.dues import Due, at, days, end_of_day, hours, last_of
from models.core.message import _
from models.core.rulebook import keeps
from models.settings import ASK_AGAIN

if TYPE_CHECKING:
    from models.complaints.complaint import Complaint


def anew(row: "Complaint", key: str) -> bool:
    """Whether the stamp `key` was set since the complaint was last reopened."""
    stamp = getattr(row, key)
    return stamp is not None and (row.reopened_at is None or stamp >= row.reopened_at)


def on_the_spot(row: "Complaint") -> bool:
    """What is settled at once needs no appointed time; then two hours after the handling count (S1 4.7.1, C-02)."""
    return anew(row, "handled_at") and row.agreed_reply_at is None


@keeps("RULE-036", how="clock")
def awaits_a_unit(row: "Complaint") -> bool:
    """What the developer or another unit must solve waits for it, until it has answered (S1 4.1.2, 4.4.3)."""
    return (row.validity == Validity.ASSISTED or row.post == Post.DEVELOPER) and not anew(row, "unit_answered_at")


def day_after_news(row: "Complaint", start: datetime, ground: Ground) -> datetime:
    """The end of the day after the resident last heard of it: at least one word for each day that it stays open."""
    heard = max(start, *(moment for moment in (row.contacted_at, row.progress_at) if moment is not None), start)
    return last_of(heard.astimezone(ground.zone).date() + timedelta(days=1), ground.zone)


CLOCKS = (
    Deadline(
        name="contact",
        label=_("Contact"),
        rule="RULE-031",
        clause="S1 4.4.1",
        after="received_at",
        again="reopened_at",
        due=hours(2),
        met_by="contacted_at",
        moved_by="answered_at",
        climbs="escalate",
        text=_("A valid complaint: contact the resident within 2 hours, around the clock."),
    ),
    Deadline(
        name="explained",
        label=_("Explanation"),
        rule="RULE-032",
        clause="S1 4.10.1",
        after="received_at",
        again="reopened_at",
        due=hours(2),
        met_by="answered_at",
        when=lambda row: row.validity == Validity.INVALID,
        climbs="escalate",
        text=_("An invalid complaint: reply to the resident within 2 hours."),
    ),
    Deadline(
        name="same_day",
        label=_("Same day"),
        rule="RULE-033",
        clause="S1 4.7.2",
        after="received_at",
        again="reopened_at",
        due=end_of_day(),
        met_by="answered_at",
        moved_by="contacted_at",
        moved=_("Reply time agreed"),
        tell="lead",
        climbs="escalate",
        text=_("Reply the same day, or else agree a time."),
    ),
    Deadline(
        name="agreed",
        label=_("Agreed"),
        rule="RULE-038",
        clause="S2 篇二 1",
        after="received_at",
        again="reopened_at",
        due=at("agreed_reply_at"),
        met_by="answered_at",
        tell="lead",
        climbs="escalate",
        text=_("At the agreed time an answer is given, whatever the progress."),
    ),
    Deadline(
        name="three_days",
        label=_("Three days"),
        rule="RULE-034",
        clause="S3 CP 1.2",
        after="received_at",
        again="reopened_at",
        due=days(3),
        met_by="answered_at",
        moved_by="later_agreed_at",
        tell="lead",
        climbs="escalate",
        waits=_("An assisted complaint may wait for the unit that must solve it (S1 4.4.3)."),
        waits_when=awaits_a_unit,
        text=_("Never longer than three calendar days."),
    ),
    Deadline(
        name="reply",
        label=_("Reply"),
        rule="RULE-013",
        clause="S1 4.7.1",
        after="handled_at",
        again="reopened_at",
        due=hours(2),
        met_by="answered_at",
        when=on_the_spot,
        text=_("Settled on the spot: reply to the resident within 2 hours after the handling is finished."),
    ),
    Deadline(
        name="progress",
        label=_("Word of the progress"),
        rule="RULE-035 RULE-036",
        clause="S1 4.4.2, 4.9.1",
        after="received_at",
        again="reopened_at",
        due=Due(
            day_after_news,
            lambda ground: _("the end of the day after the resident last heard of it"),
            ("contacted_at", "progress_at"),
        ),
        met_by="answered_at",
        text=_("While it stays open, the resident hears of the progress every day."),
    ),
    Deadline(
        name="asked_again",
        label=_("Opinion asked again"),
        rule="RULE-039",
        clause="S2 篇二 2",
        after="answered_at",
        again="reopened_at",
        due=days(ASK_AGAIN),
        met_by="closed_at",
        when=lambda row: anew(row, "answered_at"),
        text=_("After the solution the resident is asked for an opinion at least once more; the complaint is closed with it."),
    ),
    Deadline(
        name="report_back",
        label=_("Report to the developer's centre"),
        rule="RULE-066",
        clause="S1 4.5.3",
        after="handled_at",
        again="reopened_at",
        due=hours(12),
        met_by="reported_back_at",
        when=lambda row: row.passed_down and anew(row, "handled_at"),
        text=_("Passed down by the developer's customer service centre: the result is reported to it within 12 hours after completion."),
    ),
)
# The rung to which a complaint climbs by itself when a time runs out, and no further (S1 4.4.9, 4.5.2).
REACH = {
    "contact": Level.SUPERVISOR,
    "explained": Level.SUPERVISOR,
    "same_day": Level.MANAGER,
    "agreed": Level.MANAGER,
    "three_days": Level.COMPANY,
}
