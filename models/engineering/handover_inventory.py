from datetime import datetime
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import Mapped, Session

from models.core import fields
from models.core.access import Access
from models.core.choice import Choice
from models.core.message import Message, _
from models.core.register import CARRIED, About, Register
from models.core.rulebook import keeps
from models.core.session import now
from models.core.sheet import Part, Sheet
from models.core.signatures import Slot
from models.core.validity import not_ahead
from models.core.workflow import Transition
from models.engineering.shift_handover import ShiftHandover


class Upkeep(Choice):
    """In what condition an article is handed over."""

    INTACT = "intact", _("Intact")
    REPAIR = "repair", _("To be repaired")


class InventoryLine(fields.Line):
    """One article of the list, as it stands there and as it was counted."""

    name: str = fields.line(_("Article"), longest=60)
    specification: str | None = fields.line(_("Specification"), longest=60)
    unit: str | None = fields.line(_("Unit of count"), longest=10, width=12)
    listed: int = fields.count(_("Number listed"))
    counted: int = fields.count(_("Counted"))
    condition: str | None = fields.pick(_("Condition"), Upkeep)
    remark: str | None = fields.line(_("Remark"))


class HandoverInventory(Register):
    """One counting of what a post hands over, article by article, beside the list by which it should be there."""

    __tablename__ = "handover_inventory"

    class State(Choice):
        COUNTED = "counted", _("Counted")
        SIGNED = "signed", _("Signed by both")

    about = About(
        title=_("Handover inventory list"),
        spec=("REG-47",),
        clause="S3 HO 3",
        number="JQ-{site}-{year}-{serial:04}",
        moment="counted_at",
        subject="place",
        verb=_("Count the inventory"),
        note=_("While a count differs from the list there is no handover (S3 HO 7.6)."),
    )
    access = Access(
        read="staff", create="desk engineering security", edit="desk engineering security", void="lead",
        print="staff", export="lead quality",
    )  # fmt: skip

    handover: Mapped[ShiftHandover] = fields.link("shift_handover", _("Shift handover record"), clause="S3 HO 3", listed=True)
    place: Mapped[str] = fields.line(_("Post or room"), longest=60, clause="S3 HO 3", listed=True, searched=True)
    counted_at: Mapped[datetime] = fields.moment(_("Counted at"), clause="S3 HO 3", listed=True, filtered=True, default=now)
    articles: Mapped[list[Any]] = fields.grid(_("Instruments, tools, plant-room keys and assets"), InventoryLine, clause="S3 HO 3")
    differences: Mapped[str | None] = fields.text(
        _("Difference"),
        clause="S3 HO 7.6",
        rule="RULE-150",
        by_step=True,
        listed=True,
        help=_("Reckoned from the list: what there should be → what was counted."),
    )
    remark: Mapped[str | None] = fields.line(_("Remark"))
    state: Mapped[State] = fields.state(_("State"), State, start=State.COUNTED)

    parts = (
        Part(_("Handover"), "handover handover.department handover.shift place counted_at"),
        Part(_("Articles"), "articles remark"),
        Part(_("Comparison with the list"), "differences", later=True),
    )
    rules = (not_ahead("counted_at", now),)
    BY = "desk engineering security"
    transitions = (Transition("sign_off", State.COUNTED, State.SIGNED, _("Sign for the list"), by=BY, signs="incoming", clause="S3 HO 3"),)
    closed = (State.SIGNED,)
    slots = (
        Slot("outgoing", _("Outgoing officer"), BY, clause="S3 HO 3"),
        Slot("incoming", _("Incoming officer"), BY, apart=True, clause="S3 HO 3"),
        Slot("witness", _("Witness of the handover"), f"{BY} lead", optional=True, apart=True),
    )
    sheet = Sheet(
        "number counted_at handover handover.department place differences remark state",
        signed_by=(_("Outgoing officer"), _("Incoming officer"), _("Witness of the handover")),
        notes=(_("Each article is counted beside the list; a difference is written down and forbids the handover (S3 HO 3, 7.6)."),),
        rows=20,
    )

    def unequal(self) -> list[dict[str, Any]]:
        """The lines whose count is not that of the list; none of a void list."""
        return [] if self.voided_at is not None else [line for line in self.articles or () if line.get("listed") != line.get("counted")]

    @keeps("RULE-145")
    def misfits(self, session: Session) -> dict[str, Message]:
        """What is missing after the handover is answered for by whoever took over, and no list is written for it (S3 ED 4.1.7)."""
        handover = session.get(ShiftHandover, self.get("handover")) if self.get("handover") else None
        if handover is not None and handover.state == handover.State.DONE and self.unequal():
            return {"articles": _("The handover is done: what is missing now is the incoming officer's to answer for (S3 ED 4.1.7).")}
        return {}

    def carry(self, session: Session) -> None:
        """Reckon the differences, and tell the handover how many articles differ."""
        self.differences = "\n".join(f"{line['name']} {line['listed']} → {line['counted']}" for line in self.unequal()) or None
        before = inspect(self).attrs.handover_id.history.deleted or ()
        for handover_id in {self.get("handover"), *before} - {None}:
            handover = session.get(ShiftHandover, handover_id)
            differing = self._differing(session, handover_id)
            if handover is not None and (handover.differing or 0) != differing:
                handover.intent = CARRIED
                handover.differing = differing

    def _differing(self, session: Session, handover_id: int) -> int:
        others = select(HandoverInventory).where(
            HandoverInventory.__table__.c.handover_id == handover_id, HandoverInventory.id != (self.id or 0)
        )
        mine = self.unequal() if self.get("handover") == handover_id else []
        return len(mine) + sum(len(other.unequal()) for other in session.execute(others).scalars())
