from calendar import monthrange
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Mapped

from models.core import fields
from models.core.access import Access
from models.core.actor import own_name
from models.core.choice import Choice
from models.core.deadlines import Deadline, Ground
from models.core.dues import Due, last_of, length, month_later
from models.core.message import _
from models.core.register import About, Register
from models.core.session import now
from models.core.sheet import Part, Sheet
from models.core.signatures import Slot
from models.core.validity import in_order, not_ahead
from models.core.workflow import Transition
from models.settings import BOARD


def month_end(row: "BulletinBoard", start: datetime, ground: Ground) -> datetime:
    """The last day of the month that is so many months later (C-31)."""
    later = month_later(start.astimezone(ground.zone).date(), length(BOARD, ground))
    return last_of(later.replace(day=monthrange(later.year, later.month)[1]), ground.zone)


NEXT_EDITION = Due(month_end, lambda ground: _("the end of the month, {n} months later", n=length(BOARD, ground)), settings=(BOARD.key,))


class Patrol(fields.Line):
    """One look at the board."""

    on: date = fields.day(_("Date"), width=24)
    intact: bool = fields.tick(_("Intact"), width=16)
    by: str = fields.staff(_("Patrolled by"), width=24)


class BulletinBoard(Register):
    """One edition of a bulletin board: subject, editor, the change at the end of the month, the patrols."""

    __tablename__ = "bulletin_board"

    class State(Choice):
        EDITED = "edited", _("Awaiting review of the edition")
        REVIEWED = "reviewed", _("To be put up")
        SHOWN = "shown", _("On show")
        REPLACED = "replaced", _("Replaced")

    about = About(
        title=_("Bulletin board log"),
        spec=("REG-63",),
        clause="S4 4.2.4",
        number="XC-{site}-{year}-{serial:04}",
        moment="edited_on",
        subject="theme",
        verb=_("New edition of a board"),
    )
    access = Access(read="staff", create="desk", edit="desk", void="lead", print="desk lead", export="lead", load="cs_supervisor")

    edited_on: Mapped[date] = fields.day(_("Edited on"), clause="S4 4.2.4", listed=True, filtered=True)
    edition: Mapped[str] = fields.line(_("Edition"), longest=40, clause="S4 4.2.4", listed=True, searched=True)
    board: Mapped[str] = fields.line(_("Board or column"), longest=60, clause="S4 4.2.4", listed=True, searched=True)
    theme: Mapped[str] = fields.line(_("Theme or content"), clause="S4 4.2.4", listed=True, searched=True, width=44)
    editor: Mapped[str] = fields.staff(_("Editor"), default=own_name, clause="S4 4.2.4")
    reviewed_by: Mapped[str | None] = fields.staff(_("Reviewed by"), clause="S4 4.2.4", by_step=True)
    changed_on: Mapped[date | None] = fields.day(
        _("Changed on"), clause="S4 4.2.4", listed=True, by_step=True, help=_("At the end of the month, every two or three months (C-31).")
    )
    changed_by: Mapped[str | None] = fields.staff(_("Changed by"), clause="S4 4.2.4", by_step=True)
    replaced_at: Mapped[datetime | None] = fields.stamp(_("Replaced at"), clause="S4 4.2.4")
    patrols: Mapped[list[Any] | None] = fields.grid(_("Patrols"), Patrol, clause="S4 4.2.4", by_step=True)
    remark: Mapped[str | None] = fields.line(_("Remark"))
    state: Mapped[State] = fields.state(_("State"), State, start=State.EDITED)

    parts = (
        Part(_("Edition"), "edited_on edition board theme editor remark"),
        Part(_("Review and change"), "reviewed_by changed_on changed_by replaced_at", later=True),
        Part(_("Patrols"), "patrols", later=True),
    )
    rules = (
        not_ahead("edited_on", now),
        in_order("edited_on", "changed_on", _("This is before the edition was made.")),
    )
    transitions = (
        Transition(
            "review",
            State.EDITED,
            State.REVIEWED,
            _("Review the edition"),
            by="lead",
            stamps_by="reviewed_by",
            signs="reviewer",
            clause="S4 4.2.4",
        ),
        Transition("put_up", State.REVIEWED, State.SHOWN, _("Put up"), by="desk", asks="changed_on changed_by", clause="S4 4.2.4"),
        Transition("patrol", State.SHOWN, None, _("Enter a patrol"), by="desk security", asks="patrols", step=False, clause="S4 4.2.4"),
        Transition("replace", State.SHOWN, State.REPLACED, _("Replaced by the next"), by="desk", stamps="replaced_at", clause="S4 4.2.4"),
    )
    closed = (State.REPLACED,)
    deadlines = (
        Deadline(
            name="change",
            label=_("Changing the board"),
            rule="RULE-177",
            clause="S4 4.2.4",
            after="changed_on",
            due=NEXT_EDITION,
            met_by="replaced_at",
            text=_("A board is changed every two to three months, at the end of a month; the site may set fewer."),
        ),
    )
    headings = {  # what offices call these columns in Excel
        "edited_on": "编辑日期 日期",
        "edition": "版次",
        "board": "栏位",
        "theme": "主题/内容 内容",
        "editor": "编辑人",
        "reviewed_by": "审核",
        "changed_on": "更换日期(月底) 更换日期",
        "changed_by": "更换人",
        "remark": "备注",
    }
    slots = (
        Slot("editor", _("Editor"), "desk", at_entry=True, person="editor", clause="S4 4.2.4"),
        Slot("reviewer", _("Reviewed by"), "lead", clause="S4 4.2.4"),
    )
    sheet = Sheet(
        "number edition board theme editor reviewed_by changed_on changed_by patrols remark",
        signed_by=(_("Customer service supervisor"),),
        notes=(_("A board is changed every two to three months, at the end of a month (S4 4.2.4)."),),
    )
