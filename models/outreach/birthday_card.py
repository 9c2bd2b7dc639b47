from calendar import monthrange
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Mapped, Session

from models.core import fields
from models.core.access import Access
from models.core.choice import Choice
from models.core.deadlines import Deadline
from models.core.dues import ahead
from models.core.message import Message, _
from models.core.plans import WEEK, Plan, Span
from models.core.register import About, Register
from models.core.session import now
from models.core.sheet import Part, Sheet
from models.core.validity import not_ahead
from models.core.workflow import Transition
from models.houses import Person


class Delivery(Choice):
    """How a card is delivered."""

    DOOR = "door", _("Delivered at the door")
    MAILBOX = "mailbox", _("Mailbox")
    MESSAGE = "message", _("Text message")


class Consent(Choice):
    """How the owner agreed that the birthday is kept; without that there is no card, and no birthday (norms on personal data)."""

    WRITTEN = "written", _("Consented in writing")
    SPOKEN = "spoken", _("Consented by word of mouth")
    PHONE = "phone", _("Consented by telephone")


LEAP_YEAR = 2024  # the year of birth is not kept, so that every month may have all its days
LAST_DAYS = {month: monthrange(LEAP_YEAR, month)[1] for month in range(1, 13)}


def day_of_month(row: "BirthdayCard") -> dict[str, Message]:
    """The month has that day."""
    last = LAST_DAYS.get(row.birth_month)
    return {"birth_day": _("The month has no such day.")} if last and row.birth_day and row.birth_day > last else {}


def next_birthday(month: int, day: int, since: date) -> date:
    """The next day of that month and day, from `since` on; of 29 February the last of the month."""
    year = since.year if (month, day) >= (since.month, since.day) else since.year + 1
    return date(year, month, min(day, monthrange(year, month)[1]))


def kept_on(first: date, last: date) -> dict[str, date]:
    """The birthdays, by month and day, that are kept in these days, each with its day; without a 29 February on the last of the month."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    found = {f"{day:%m-%d}": day for day in days}
    short = found.get("02-28")
    if short is not None and monthrange(short.year, 2)[1] == 28:
        found["02-29"] = short
    return found


def birthdays(session: Session, site_id: int, week: Span) -> int:
    """How many who live at the site and agreed to be wished a happy birthday have one in that week."""
    days = list(kept_on(week.first, week.last))
    people = Person.__table__.c
    wished = (people.site_id == site_id, people.birthday_allowed, people.birthday.in_(days))
    living = (people.left_on.is_(None), people.voided_at.is_(None))
    return session.connection().execute(select(func.count()).where(*wished, *living)).scalar_one()


class BirthdayCard(Register):
    """One birthday card, delivered ahead of the day. Of the birthday only month and day are kept, with the owner's consent."""

    __tablename__ = "birthday_card"

    class State(Choice):
        PLANNED = "planned", _("Card to be delivered")
        DELIVERED = "delivered", _("Card delivered")

    about = About(
        title=_("Birthday card log"),
        spec=("REG-64",),
        clause="S4 4.2.6",
        number="SR-{site}-{year}-{serial:04}",
        moment="planned_on",
        subject="house",
        verb=_("Plan a birthday card"),
    )
    access = Access(
        read="desk lead",
        create="desk",
        edit="desk",
        void="lead",
        print="desk lead",
        export="lead",
        load="cs_supervisor",
        names="desk lead",
        unmask="desk lead",
    )

    planned_on: Mapped[date] = fields.day(_("Listed on"), clause="S4 4.2.6", listed=True, filtered=True)
    week: Mapped[int] = fields.count(_("Week of the year"), least=1, most=53, clause="S4 4.2.6", listed=True)
    house: Mapped[str] = fields.house(_("House number"), clause="S4 4.2.6", listed=True, searched=True)
    owner: Mapped[str] = fields.person(_("Owner"), clause="S4 4.2.6", listed=True, searched=True)
    consent: Mapped[Consent] = fields.pick(
        _("Owner's consent"), Consent, clause="S4 4.2.6", help=_("Without the owner's consent no birthday is kept.")
    )
    birth_month: Mapped[int] = fields.count(_("Birthday: month"), least=1, most=12, clause="S4 4.2.6", listed=True)
    birth_day: Mapped[int] = fields.count(_("Birthday: day"), least=1, most=31, clause="S4 4.2.6", listed=True)
    birthday_on: Mapped[date | None] = fields.day(
        _("Next birthday"),
        clause="S4 4.2.6",
        by_step=True,
        help=_("Reckoned from the day on which it was listed; no year of birth is kept."),
    )
    delivered_on: Mapped[date | None] = fields.day(_("Card delivered on"), clause="S4 4.2.6", listed=True, by_step=True)
    delivery: Mapped[Delivery | None] = fields.pick(_("How the card is delivered"), Delivery, clause="S4 4.2.6", by_step=True)
    delivered_by: Mapped[str | None] = fields.staff(_("Card delivered by"), clause="S4 4.2.6", by_step=True)
    feedback: Mapped[str | None] = fields.line(_("Receipt or feedback"), clause="S4 4.2.6", by_step=True)
    remark: Mapped[str | None] = fields.line(_("Remark"))
    state: Mapped[State] = fields.state(_("State"), State, start=State.PLANNED)

    parts = (
        Part(_("Owner"), "planned_on week house owner consent birth_month birth_day birthday_on remark"),
        Part(_("Delivery of the card"), "delivered_on delivery delivered_by feedback", later=True),
    )
    rules = (not_ahead("planned_on", now), day_of_month)
    transitions = (
        Transition(
            "deliver",
            State.PLANNED,
            State.DELIVERED,
            _("Enter the delivery of the card"),
            by="desk",
            asks="delivered_on delivery",
            may_ask="feedback",
            stamps_by="delivered_by",
            clause="S4 4.2.6",
        ),
    )
    closed = (State.DELIVERED,)
    deadlines = (
        Deadline(
            name="deliver",
            label=_("Card ahead of the birthday"),
            rule="RULE-178",
            clause="S4 4.2.6",
            after="planned_on",
            due=ahead("birthday_on", days=1),
            met_by="delivered_on",
            text=_("The card is delivered ahead of the birthday."),
        ),
    )
    plans = (
        Plan(
            name="cards",
            label=_("Birthday cards of the week"),
            rule="RULE-178",
            clause="S4 4.2.6",
            every=WEEK,
            least=birthdays,
            moment="birthday_on",
            states=(State.DELIVERED,),
            owed_by="desk",
            text=_("Every week cards go to those with a birthday in that week who agreed to it."),
        ),
    )
    headings = {  # what offices call these columns in Excel
        "planned_on": "列入日期",
        "week": "周次",
        "house": "房号",
        "owner": "业主 姓名",
        "consent": "同意方式 本人同意",
        "birth_month": "生日(月) 月",
        "birth_day": "生日(日) 日",
        "delivered_on": "派送日期 派送日",
        "delivery": "方式",
        "delivered_by": "派送人",
        "feedback": "签收/反馈",
        "remark": "备注",
    }
    sheet = Sheet(
        "number week house owner birth_month birth_day delivered_on delivery delivered_by feedback remark",
        paper="A4 portrait",
        groups={"birth_month": (_("Birthday"), 2)},
        signed_by=(_("Customer service centre"),),
        notes=(_("Cards of the week are delivered ahead of the day (S4 4.2.6)."),),
        rows=20,
    )

    def carry(self, session: Session) -> None:
        """Reckon the birthday that the card is for."""
        self.birthday_on = next_birthday(self.birth_month, self.birth_day, self.planned_on)
