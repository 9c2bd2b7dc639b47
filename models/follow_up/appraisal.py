from datetime import date
from typing import Any

from sqlalchemy.orm import Mapped

from models.core import fields
from models.core.access import Access
from models.core.actor import own_name
from models.core.choice import Choice
from models.core.message import Message, _
from models.core.plans import MONTH, Plan
from models.core.register import About, Register
from models.core.session import now
from models.core.sheet import Part, Sheet
from models.core.signatures import Slot
from models.core.validity import not_ahead
from models.core.workflow import Transition


class Score(Choice):
    """The five boxes beside each item; 5 is very satisfied."""

    FIVE = "5", _("5 points")
    FOUR = "4", _("4 points")
    THREE = "3", _("3 points")
    TWO = "2", _("2 points")
    ONE = "1", _("1 point")


class Item(Choice):
    """The printed items, in the order of the interview sheet."""

    OVERALL = "overall", _("Overall impression")
    SAFETY = "safety", _("Sense of safety")
    CLEANING = "cleaning", _("Cleaning and hygiene")
    GREENERY = "greenery", _("Pruning and care of the greenery")
    FACILITIES = "facilities", _("Upkeep of public facilities and equipment")
    COURTESY = "courtesy", _("Courtesy and attitude of the staff")
    STEWARD = "steward", _("Service of the steward")


class ItemLine(fields.Line):
    """One printed item and its score."""

    item: str = fields.pick(_("Item of the appraisal"), Item, width=60)
    score: str | None = fields.pick(_("Score"), Score, width=60)


class FreeLine(fields.Line):
    """One item that the customer adds; ten items at most in all."""

    item: str = fields.line(_("Item of the appraisal"), longest=60, width=60)
    score: str = fields.pick(_("Score"), Score, width=60)


def ten_items_at_most(row: "AppraisalForm") -> dict[str, Message]:
    """Seven items are printed; the customer adds three at most."""
    return {"added": _("Ten items at most: add no more than three.")} if len(row.added or ()) > 3 else {}


class AppraisalForm(Register):
    """One appraisal sheet that a resident filled in at a follow-up (S0 回访二)."""

    __tablename__ = "appraisal_form"

    class State(Choice):
        OPEN = "open", _("Awaiting signature")
        DONE = "done", _("Signed")

    about = About(
        title=_("Follow-up appraisal form"),
        spec=("REG-27",),
        clause="S0 回访二",
        number="PY-{site}-{year}-{serial:04}",
        moment="visited_on",
        subject="occupier",
        verb=_("Enter an appraisal"),
    )
    access = Access(
        read="desk lead quality", create="service project_manager", edit="service", void="lead", print="desk lead", export="lead quality",
        names="desk lead", unmask="desk lead",
    )  # fmt: skip

    visited_on: Mapped[date] = fields.day(_("Date"), clause="S0 回访一", listed=True, filtered=True)
    visitor: Mapped[str] = fields.staff(_("Followed up by"), default=own_name, clause="S0 回访一", listed=True)
    house: Mapped[str] = fields.house(_("House number"), clause="S0 回访二", listed=True, searched=True)
    occupier: Mapped[str] = fields.person(_("Occupier"), clause="S0 回访二", listed=True, searched=True)
    items: Mapped[list[Any]] = fields.grid(_("Items of the appraisal"), ItemLine, each="item", clause="S0 回访二")
    added: Mapped[list[Any] | None] = fields.grid(_("Items added by the customer"), FreeLine)
    suggestion: Mapped[str | None] = fields.text(_("Opinions and suggestions"), clause="S0 回访二", listed=True, searched=True)
    state: Mapped[State] = fields.state(_("State"), State, start=State.OPEN)

    parts = (
        Part(_("Follow-up visit"), "visited_on visitor house occupier"),
        Part(_("Appraisal"), "items added"),
        Part(_("Opinions and suggestions"), "suggestion"),
    )
    rules = (not_ahead("visited_on", now), ten_items_at_most)
    transitions = (
        Transition("take_back", State.OPEN, State.DONE, _("Signed and taken back"), by="service project_manager", clause="S0 回访二"),
    )
    closed = (State.DONE,)
    slots = (
        Slot("visitor", _("Followed up by"), "service project_manager", at_entry=True, person="visitor", clause="S0 回访一"),
        Slot("occupier", _("Occupier"), "service project_manager", outside=True, person="occupier", clause="S0 回访二"),
    )
    plans = (
        Plan(
            name="follow_ups",
            label=_("Follow-ups with the appraisal form"),
            rule="RULE-090",
            clause="S0 回访一, 二",
            every=MONTH,
            owed_by="service",
            text=_("Held regularly: the documents name no period; a month is the default of the product."),
        ),
    )
    sheet = Sheet(
        "number visited_on visitor house occupier items suggestion state",
        signed_by=(_("Prepared by"), _("Reviewed by")),
        notes=(_("5 very satisfied, 4 satisfied, 3 neutral, 2 dissatisfied, 1 very dissatisfied."),),
    )
