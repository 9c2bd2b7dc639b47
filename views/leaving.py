"""The handover of open records: what somebody who leaves has still in hand goes to another, by those who lead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_admin import BaseView, expose
from sqlalchemy import select
from sqlalchemy.orm.exc import StaleDataError

from models.core.access import ROLES, Refused, roles
from models.core.message import Message, _
from models.core.register import Register
from models.core.validity import Invalid
from models.people import User, user_site
from services import leaving
from services.database import db
from services.listing import subjects
from views import drafts
from views.administration import row, table
from views.pages import State, state_of

MOST = 100  # records of a register that are shown one by one
HOME = "/handover/"


@dataclass(slots=True)
class Held:
    """One open record in somebody's hands."""

    value: str
    url: str
    number: str
    subject: str
    state: State
    at: str
    ticked: bool


@dataclass(slots=True)
class HeldBook:
    """The open records of one register that somebody has in hand; `count` tells all of them, `records` shows the oldest."""

    key: str
    title: str
    count: int
    records: list[Held]
    ticked: bool


class HandoverView(BaseView):
    """Who has open records in hand, those who have left first; and the handover of one person's."""

    def _handle_view(self, name: str, **kwargs: Any) -> None:
        if g.shell.role not in roles(leaving.HANDS_OVER):
            raise Refused(_("Your role may not do this."), action=f"{self.endpoint}.{name}")
        if g.shell.place is None:
            raise Refused(_("No site has been given to you. Ask the administrator."), action=f"{self.endpoint}.{name}")

    def is_visible(self) -> bool:
        """The menu is drawn by the shell."""
        return False

    @expose("/", methods=("GET", "POST"))
    def index(self) -> ResponseReturnValue:
        """Everybody who has records in hand; with `?who=`, those of one person, to be ticked and handed over."""
        who = request.values.get("who", "").strip()[:80]
        if not who:
            return self._people()
        problems: dict[str, Message] = {}
        if request.method == "POST":
            try:
                return self._hand_over(who)
            except Invalid as invalid:
                db.session.rollback()
                problems = invalid.problems
            except StaleDataError:
                db.session.rollback()
                problems = {"records": _("Somebody else saved one of these records meanwhile. Look at them as they stand now.")}
        return self._person(who, problems)

    # Everybody -----------------------------------------------------------------------

    def _people(self) -> ResponseReturnValue:
        held = leaving.in_hand(db.session(), g.shell.role, g.shell.place.id)
        users = self._users()
        rows = []
        for name in sorted(held, key=lambda name: (not self._left(users.get(name)), name)):
            user = users.get(name)
            cells = [("staff", name), ("line", self._post(user) or "—"), ("line", str(self._standing(user))), ("count", f"{held[name]:,}")]
            drawn = row(name, f"{HOME}?{urlencode({'who': name})}", cells)
            drawn["subject"], drawn["line"] = name, str(_("{n} open records", n=held[name]))
            rows.append(drawn)
        columns = [(_("Name"), "staff"), (_("Post"), "line"), (_("Standing"), "line"), (_("Open records"), "count")]
        page = table(_("Handover of open records"), columns, rows, [])
        page["sub"] = g.shell.place.named(g.shell.lang)
        page["empty"] = str(_("Nobody has open records in hand."))
        return render_template("accounts.html", page=page, once=None)

    def _users(self) -> dict[str, User]:
        """The accounts of the site by name; of two of one name, the one that is open."""
        at_site = select(user_site.c.user_id).where(user_site.c.site_id == g.shell.place.id)
        found = db.session.execute(select(User).where(User.id.in_(at_site)).order_by(User.disabled_at.is_(None), User.id)).scalars()
        return {user.name: user for user in found}

    def _left(self, user: User | None) -> bool:
        return user is not None and not user.is_active

    def _post(self, user: User | None) -> str:
        return "" if user is None else user.post or str(ROLES[user.role])

    def _standing(self, user: User | None) -> Message:
        if user is None:
            return _("No account at this site")
        if user.is_active:
            return _("In use")
        return _("Left {day}", day=user.left_on.isoformat()) if user.left_on else _("Account closed")

    # One person ----------------------------------------------------------------------

    def _person(self, who: str, problems: dict[str, Message]) -> ResponseReturnValue:
        user = self._users().get(who)
        ticked, whole = set(request.form.getlist("record")), set(request.form.getlist("all"))
        books = [held for book in leaving.books(g.shell.role) if (held := self._held(book, who, ticked, whole)).count]
        fields = [
            drafts.plain_entry(
                "successor",
                _("Successor"),
                "pick",
                required=True,
                value=request.form.get("successor", ""),
                choices=[(str(each.id), f"{each.name} {self._post(each)}") for each in self._successors(who)],
            ),
            drafts.plain_entry(
                "reason",
                _("Reason"),
                "line",
                required=True,
                value=request.form.get("reason", str(_("Handover on leaving")) if self._left(user) else ""),
                help=_("It stands in the history of each record."),
            ),
        ]
        for each in fields:
            each.errors = [str(problems[each.key])] if each.key in problems else []
        page = drafts.plain_page(_("Handover of open records"), str(_("Hand over what is ticked")), HOME, fields)
        page.number, page.sub, page.crumb = who, (self._post(user), str(self._standing(user))), who
        page.errors += [(str(problems["records"]), "held")] if "records" in problems else []
        return render_template("handover.html", form=page, who=who, books=books), 422 if problems else 200

    def _successors(self, who: str) -> list[User]:
        return leaving.successors(db.session(), g.shell.place.id, who)

    def _held(self, book: type[Register], who: str, ticked: set[str], whole: set[str]) -> HeldBook:
        site_id, reader = g.shell.place.id, g.shell.reader
        rows = leaving.records(db.session(), book, site_id, who, MOST)
        count = len(rows) if len(rows) < MOST else leaving.count(db.session(), book, site_id, who)
        titles = subjects(db.session(), book, rows, reader)
        shown = [
            Held(
                f"{book.key}/{each.id}",
                f"/register/{book.key}/{each.id}/",
                each.number,
                titles[each.id][:120],
                state_of(book, each.state, False),
                reader.of(each, book.about.moment)[:10],
                f"{book.key}/{each.id}" in ticked,
            )
            for each in rows
        ]
        return HeldBook(book.key, str(book.about.title), count, shown, book.key in whole)

    def _hand_over(self, who: str) -> ResponseReturnValue:
        by_key = {book.key: book for book in leaving.books(g.shell.role)}
        chosen: dict[type[Register], list[int] | None] = {}
        for key, _slash, number in (each.partition("/") for each in request.form.getlist("record")):
            if key not in by_key or not (number.isdigit() and len(number) < 16):
                raise Refused(
                    _("Not all of these records stand in the open books. Select them again."), register=key[:40], action="hand_over"
                )
            ids = chosen.setdefault(by_key[key], [])
            assert ids is not None
            ids.append(int(number))
        chosen |= {by_key[key]: None for key in request.form.getlist("all") if key in by_key}
        wanted = request.form.get("successor", "")
        successor = next((each for each in self._successors(who) if str(each.id) == wanted), None)
        done = leaving.hand_over(db.session(), g.shell.place.id, who, successor, chosen, request.form.get("reason", ""))
        assert successor is not None
        name = successor.name
        db.session.commit()
        flash(str(_("{n} records handed over to {name}.", n=done.count, name=name)), "done")
        for number, why in done.stayed:
            flash(str(_("{number} stayed: {reason}", number=number, reason=why)), "refused")
        return redirect(HOME)
