"""Who must be told of a complaint, by whom and until when."""

from models.complaints.judgement import Post, Validity, is_major
from models.core.dues import end_of_day, hours
from models.core.message import _
from models.core.tells import Tell

DEVELOPER = _("Developer's customer service centre")

TELLS = (
    Tell(
        name="head",
        label=_("Tell the manager of a major complaint"),
        rule="RULE-064",
        clause="S0 投诉三",
        after="received_at",
        due=end_of_day(),
        to="project_manager",
        when=lambda row: is_major(row) and not row.collective,
        text=_("A major complaint is reported to the head of the management office promptly; a collective one at once, by its own report."),
    ),
    Tell(
        name="director",
        label=_("Tell the manager the result"),
        rule="RULE-056",
        clause="S2 篇一 一.5",
        after="handled_at",
        again="reopened_at",
        due=end_of_day(),
        to="project_manager",
        owed_by="service",
        text=_("The result goes back to the resident and to the director."),
    ),
    Tell(
        name="developer",
        label=_("Forward to the developer in writing"),
        rule="RULE-065",
        clause="S1 4.4.5",
        after="received_at",
        due=end_of_day(),
        outside=_("Developer"),
        owed_by="cs_supervisor",
        met_by="referred_at",
        when=lambda row: row.post == Post.DEVELOPER,
        text=_("What the developer has caused is forwarded to it by the supervisor, who follows it up."),
    ),
    Tell(
        name="unit",
        label=_("Report in writing to the unit that must solve it"),
        rule="RULE-036 RULE-040 RULE-067",
        clause="S1 4.4.3, 4.4.6; S0 投诉四",
        after="received_at",
        due=end_of_day(),
        outside=_("The unit that must solve it"),
        owed_by="staff",
        met_by="referred_at",
        when=lambda row: row.validity == Validity.ASSISTED and row.post != Post.DEVELOPER,
        text=_("An assisted complaint is reported in writing to whoever can solve it; the handler negotiates and follows it up."),
    ),
    Tell(
        name="report_back",
        label=_("Report the result to the developer's centre"),
        rule="RULE-066",
        clause="S1 4.5.3",
        after="handled_at",
        again="reopened_at",
        due=hours(12),
        outside=DEVELOPER,
        owed_by="service",
        met_by="reported_back_at",
        when=lambda row: bool(row.passed_down),
        text=_("Passed down by the developer's customer service centre: the result is reported to it within 12 hours after completion."),
    ),
)
