"""The page of plans: what is due this week, what is missing, how the shares stand as the month goes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import g, render_template
from flask.typing import ResponseReturnValue
from flask_admin import BaseView, expose

from models.core.access import Refused, granted
from models.core.message import _
from models.core.plans import MONTH, YEAR
from models.core.session import now
from models.houses import Household, Person
from models.keys import KeyBorrow
from models.outreach import BirthdayCard
from models.repair import RepairFollowUp, RepairRequest
from services.database import db
from services.due_work import birthdays, to_follow_up
from services.key_keeping import keeping
from services.plans import Standing, due_this_week, missed, standings
from services.ratios import RATIOS, Measured, measure


class PlansView(BaseView):
    """What the documents want again and again, and how far it has come at the open site."""

    def _handle_view(self, name: str, **kwargs: Any) -> None:
        if g.shell.user is None or g.shell.place is None:
            raise Refused(_("No site has been given to you. Ask the administrator."), action="plans")

    def is_visible(self) -> bool:
        """The menu is drawn by the shell."""
        return False

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """The plans of the reader's registers, and the ratios that may be read."""
        return render_template("plans.html", page=PlansMaker().make())


class PlansMaker:
    """Makes the page for one request."""

    def __init__(self) -> None:
        self.site, self.reader = g.shell.place, g.shell.reader
        self.day = now().astimezone(self.reader.zone).date()

    def make(self) -> dict[str, Any]:
        """The page."""
        found = standings(db.session(), self.site, self.day)
        waiting = due_this_week(found, self.day)
        late, soon = [each for each in waiting if each.until < self.day], [each for each in waiting if each.until >= self.day]
        open_ = [each for each in found if each.missing and each not in waiting]
        done = [each for each in found if not each.missing]
        sections = [
            (_("Late"), late),
            (_("Due this week"), soon),
            (_("Still missing in its period"), open_),
            (_("Missed in the period before"), missed(db.session(), self.site, self.day)),
            (_("Done"), done),
        ]
        return {
            "title": str(_("Plans and shares")),
            "sections": [{"title": str(title), "rows": [self._row(each) for each in rows]} for title, rows in sections if rows],
            "ratios": self._ratios(),
            "repairs": self._repairs(),
            "birthdays": self._birthdays(),
            "keys": self._keys(),
            "kept": {"rule": "RULE-124", "clause": "S3 KY 4.5"},
        }

    def _row(self, standing: Standing) -> dict[str, Any]:
        plan = standing.plan
        register, label = standing.register, plan.label
        if standing.value:
            value = self.reader.text(register, register.fields()[plan.per], standing.value)
            label = _("{label}: {value}", label=plan.label, value=value)
        return {
            "label": str(label),
            "every": str(plan.every.label),
            "clause": plan.clause,
            "rule": plan.rule.split()[0],
            "until": standing.until.isoformat(),
            "done": f"{standing.done} / {standing.wanted}",
            "url": f"/register/{standing.register.key}/",
            "register": str(standing.register.about.title),
            "late": standing.missing > 0 and standing.until < self.day,
        }

    def _reads(self, *registers: Any) -> bool:
        return all(granted(each, "read", self.reader.role) for each in registers)

    def _ratios(self) -> list[dict[str, str]]:
        """Each ratio of this month, or of this year, that the reader may read."""
        found = []
        for ratio in RATIOS:
            span = (YEAR if ratio.yearly else MONTH).span(self.day)
            try:
                found.append(self._ratio(measure(db.session(), self.site, span, ratio)))
            except Refused:
                continue
        return found

    def _ratio(self, measured: Measured) -> dict[str, str]:
        ratio = measured.rate
        target = _("below {n} per cent", n=ratio.target) if ratio.below else _("at least {n} per cent", n=ratio.target)
        said = "" if measured.met is None else str(_("reached") if measured.met else _("not reached"))
        return {
            "label": str(ratio.label),
            "formula": str(ratio.formula),
            "rule": ratio.rule,
            "clause": ratio.clause,
            "counts": f"{measured.numerator} / {measured.denominator}",
            "share": measured.percent or "—",
            "target": str(target),
            "said": said,
            "missing": str(_("{n} more", n=measured.missing)) if measured.missing else "",
        }

    def _repairs(self) -> list[dict[str, str]]:
        if not self._reads(RepairRequest, RepairFollowUp):
            return []
        return [
            {
                "number": each.number,
                "url": f"/register/{RepairRequest.key}/{each.id}/",
                "house": each.house,
                "until": self.reader.moment(each.due_at),
                "late": "late" if each.due_at is not None and each.due_at < now() else "",
            }
            for each in to_follow_up(db.session(), self.site)
        ]

    def _keys(self) -> list[dict[str, Any]]:
        """How everybody kept the rules of the keys, this month and the last: a basis of their appraisal (S3 KY 4.5)."""
        if not self._reads(KeyBorrow):
            return []
        this = MONTH.span(self.day)
        months = (this, MONTH.span(this.first - timedelta(days=1)))
        return [{"month": f"{span.first:%Y-%m}", "line": each} for span in months for each in keeping(db.session(), self.site, span)]

    def _birthdays(self) -> list[dict[str, str]]:
        if not self._reads(Person, Household, BirthdayCard):
            return []
        name = Person.fields()["name"]
        return [
            {
                "day": f"{each.day:%m-%d}",
                "house": each.house,
                "name": self.reader.text(Person, name, each.name),
                "url": f"/register/{Person.key}/{each.person_id}/",
            }
            for each in birthdays(db.session(), self.site, self.day)
        ]
