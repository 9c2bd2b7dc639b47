"""The papers of a complaint: the written reply, the report to the unit that must solve it, the certificate that it is closed."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import object_session

from models.complaints.complaint_steps import ComplaintState
from models.complaints.judgement import Post, Validity
from models.core.message import Message, _
from models.core.papers import Certificate, Letter, Only
from models.core.register import REGISTERS

CORRECTED = _("更正(G) · takes the place of the earlier reply, which was stamped void after the appeal {appeal}")


def of_another_unit(row: Any) -> bool:
    """Whether another unit must solve it, and which is known."""
    return bool(row.post == Post.DEVELOPER or (row.validity == Validity.ASSISTED and row.unit))


def corrected(row: Any) -> Message | None:
    """What a reply bears after an appeal has found the earlier one wrong (S2 篇五 2.2.5)."""
    session, appeal = object_session(row), REGISTERS["appeal"]
    if session is None:
        return None
    column = appeal.__table__.c
    mine = (column.site_id == row.site_id, column.complaint_id == row.id, column.state == "corrected", column.voided_at.is_(None))
    number = session.connection().execute(select(column.number).where(*mine).order_by(column.id.desc()).limit(1)).scalar()
    return Message(CORRECTED.text, appeal=number) if number else None


PRINTS = (
    Certificate(
        name="closure",
        title=_("Complaint closure certificate"),
        report="REP-14",
        clause="S1 4.7.3, 4.12.2b",
        ready=lambda row: row.state in (ComplaintState.ANSWERED, ComplaintState.CLOSED),
        not_ready=_("The complaint is not answered yet: the closure certificate is printed when the result was told to the resident."),
        facts="number received_at house complainant phone channel subject",
        sentences=(_("The complaint above has been handled and the result told to the resident, who states an opinion and signs below."),),
        writing="content result handler handled_at reply_mode answered_at opinion satisfied",
        signed_by=("handler", "resident", "review", "opinion"),
        dated="closed_at",
        returns=True,
        rule="RULE-049",
    ),
    Letter(
        name="reply",
        title=_("Written reply letter"),
        report="REP-15",
        clause="S1 4.8.1; S2 篇五 3.1, 3.2",
        ready=lambda row: bool(row.result) and row.state in (ComplaintState.HANDLED, ComplaintState.ANSWERED, ComplaintState.CLOSED),
        not_ready=_("The result of the handling is not entered yet; the reply letter tells it."),
        heading=_("Our reply to your complaint “{subject}”"),
        letter_number="reply_letter",
        to="house complainant",
        mark=corrected,
        body=(
            _(
                "Thank you for telling us. Your complaint of {received_at} is registered under No. {number}. Having looked "
                "into it, we reply:"
            ),
            _("What you told us: {content}"),
            _("What we found: {cause}"),
            _("What we did: {measures}"),
            _("Result: {result}"),
            Only(
                lambda row: row.validity == Validity.VALID,
                (_("The fault was ours. We apologise for the trouble it gave you, and will see that it does not happen again."),),
            ),
            Only(
                lambda row: row.validity == Validity.ASSISTED,
                (
                    _("The matter must be solved by another unit, {unit}. We have reported it there in writing and go on following it."),
                    _("In explanation: {explanation}"),
                ),
            ),
            Only(
                lambda row: row.validity == Validity.INVALID,
                (
                    _("We did not find that our service failed. We explain why: {explanation}"),
                    _("We ask for your understanding and support."),
                ),
            ),
            _(
                "Should anything remain unclear, please ask our front desk under the number above. Should you disagree, you may appeal in "
                "writing within 10 days of receiving this letter, giving reasons and evidence."
            ),
        ),
        closing=_("This is our reply to your complaint."),
        dated="answered_at",
        rule="RULE-051 RULE-052",
    ),
    Letter(
        name="referral",
        title=_("Third-party referral report"),
        report="REP-16",
        clause="S1 4.4.3, 4.4.5",
        ready=of_another_unit,
        not_ready=_(
            "No other unit must solve it, or the unit is not entered yet: report the complaint to the unit first (S1 4.4.3, 4.4.5)."
        ),
        heading=_("Report on a complaint that needs your help: {subject}"),
        letter_number="referral_letter",
        to="unit",
        or_to=_("Developer's customer service centre"),
        body=(
            _("On {received_at} we accepted a complaint under No. {number}. Having looked into it, we find that it must be solved by you:"),
            _("House: {house}"),
            _("Place: {place}"),
            _("Content of the complaint: {content}"),
            _("What we found: {cause}"),
            _("What we did: {measures}"),
            _(
                "Please let us know in writing what you will do and by when, so that we can tell the resident. We go on "
                "following the matter."
            ),
            _("Please reach the resident through us: name and telephone are passed on only when the resident agrees."),
        ),
        closing=_("We count on your help and look forward to your reply."),
        dated="referred_at",
        rule="RULE-036",
    ),
)
