"""What a matter on a duty log line is, and who must be told of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.complaints.judgement import Post
from models.core.choice import Choice
from models.core.dues import minutes
from models.core.message import NOTHING, _
from models.core.tells import Tell
from models.settings import AT_ONCE

if TYPE_CHECKING:
    from models.duty.duty_log import DutyLog


class Matter(Choice):
    """What a duty officer deals with (S0 值班四)."""

    COMPLAINT = "complaint", _("Complaint")
    ENQUIRY = "enquiry", _("Call or visit")
    EMERGENCY = "emergency", _("Emergency")
    ROUTINE = "routine", _("Routine matter")


def is_complaint(row: DutyLog) -> bool:
    """Complaints alone have clocks and need the resident's opinion."""
    return row.matter == Matter.COMPLAINT


def beyond_the_desk(row: DutyLog) -> bool:
    """A complaint that cannot be settled on the spot."""
    return is_complaint(row) and not row.on_the_spot


# Which posts have accounts of their own; the others are told outside the product.
ACCOUNTS = {Post.SERVICE: "cs_assistant", Post.ENGINEERING: "engineering", Post.SECURITY: "security"}


def told_to(post: Post) -> Tell:
    """The post that answers for a referred complaint is told at once (S1 4.3.1)."""
    return Tell(
        name=f"post_{post.value}",
        label=_("Complaint for the responsible post"),
        rule="RULE-012",
        clause="S1 4.3.1",
        after="referred_at",
        due=minutes(AT_ONCE),
        to=ACCOUNTS.get(post, ""),
        outside=NOTHING if post in ACCOUNTS else post.label,
        when=lambda row: bool(row.referred_to == post),
        text=_("The responsible post is told at once, by the category of the complaint."),
    )


TELLS = (
    *(told_to(post) for post in Post),
    Tell(
        name="supervisor",
        label=_("Complaint that cannot be settled at once"),
        rule="RULE-012",
        clause="S1 4.3.1",
        after="received_at",
        due=minutes(AT_ONCE),
        to="cs_supervisor",
        met_by="referred_at",
        when=beyond_the_desk,
        text=_("It is reported to the customer service supervisor as well."),
    ),
    Tell(
        name="superior",
        label=_("Emergency on duty"),
        rule="RULE-026",
        clause="S4 L107, L113",
        after="received_at",
        due=minutes(AT_ONCE),
        to="lead",
        met_by="reported_at",
        when=lambda row: row.matter == Matter.EMERGENCY,
        text=_("Special and important matters are reported to the superior; nobody acts beyond their authority."),
    ),
)
