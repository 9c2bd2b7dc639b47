"""The rule book as it is read: what the documents order, section by section, and what keeps each rule."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from flask import g, render_template, request
from flask.typing import ResponseReturnValue
from flask_admin import BaseView, expose
from werkzeug.exceptions import BadRequest

from models.core.access import Refused
from models.core.message import LOCALES, Message, _
from models.core.register import Register
from models.core.setting import value
from models.settings import SETTINGS
from services.database import db
from services.rulebook.book import SAID, Rule, book
from views.list_page import FilterField

# The rooms in which is seen what services keep, by the module that keeps it; each stands in the menu of who may enter.
ROOMS = {"services.ratios": "/plans/", "services.roster": "/roster/", "services.numbering": "/numbers/"}


@dataclass(slots=True)
class Place:
    """Where a rule is kept: a book, the words of its form that keep it, and its address when the reader may open it."""

    title: str
    labels: list[str] = field(default_factory=list)
    url: str = ""


@dataclass(slots=True)
class Way:
    """One way in which a rule is kept, and where."""

    said: str
    places: dict[str, Place] = field(default_factory=dict)


@dataclass(slots=True)
class RuleShown:
    """One rule as the page draws it."""

    id: str
    text: str
    clause: str
    kind: str
    tag: str
    ways: list[Way]
    settings: list[dict[str, str]]


class RulesView(BaseView):
    """The rule book, for everybody who is signed in."""

    def _handle_view(self, name: str, **kwargs: Any) -> None:
        if g.shell.user is None:
            raise Refused(_("Your role may not do this."), action="rules")

    def is_visible(self) -> bool:
        """The menu is drawn by the shell."""
        return False

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """Every rule, or those of a section, kept in one way, with the words that are looked for."""
        how, letter = request.args.get("how", ""), request.args.get("section", "")
        typed = request.args.get("search", "").strip()[:100]
        sections = {each.letter: str(each.section) for each in book()}
        if (how and how not in SAID) or (letter and letter not in sections):
            raise BadRequest
        found = [each for each in book() if letter in ("", each.letter) and _answers(each, typed)]
        shown = [each for each in found if how in ("", each.how)]
        said = [(key, f"{key} {title}") for key, title in sections.items()]
        page = {
            "title": str(_("Rule book")),
            "sub": str(_("{n} rules", n=len(shown))),
            "views": _views(found, how),
            "search": typed,
            "search_hint": str(_("Number, words, clause")),
            "hidden": [("how", how)] if how else [],
            "filter_fields": [FilterField("section", str(_("Section")), "choice", said, letter)],
            "filters_on": [{"label": str(_("Section")), "value": dict(said)[letter], "remove_url": _link(section="")}] if letter else [],
            "clear_url": "/rules/",
            "sections": [
                (key, title, rules) for key, title in sections.items() if (rules := [_shown(each) for each in shown if each.letter == key])
            ],
        }
        return render_template("rules.html", page=page)


def _answers(rule: Rule, typed: str) -> bool:
    """Whether a rule holds what is typed: in its number, its clause, its sentence in either language, or where it is kept."""
    words = (rule.id, rule.clause, *(rule.text.say(language) for language in LOCALES), *(str(each.label) for each in rule.kept))
    return not typed or any(typed.casefold() in each.casefold() for each in words)


def _views(found: list[Rule], how: str) -> list[dict[str, Any]]:
    """The ways in which rules are kept, each with how many are, as far as there are any."""
    counts = Counter(each.how for each in found)
    ways = [("", _("All"), len(found)), *((key, said, counts[key]) for key, said in SAID.items() if counts[key] or key == how)]
    return [{"url": _link(how=key), "label": str(said), "count": count, "current": key == how} for key, said, count in ways]


def _link(**changes: str) -> str:
    kept = {key: text for key, text in ({**request.args} | changes).items() if text}
    return f"/rules/?{urlencode(kept)}" if kept else "/rules/"


def _shown(rule: Rule) -> RuleShown:
    ways: dict[str, Way] = {}
    for each in rule.kept:
        way = ways.setdefault(each.how, Way(str(SAID[each.how])))
        room = ROOMS.get(each.where.rpartition(".")[0])
        link = next((entry for entry in g.shell.links if entry["url"] == room), None)
        if link is not None:
            way.places.setdefault(link["url"], Place(link["title"], url=link["url"]))
        elif each.register is not None and room is None:
            place = way.places.setdefault(each.register.key, Place(str(each.register.about.title), url=_url(each.register)))
            if each.label and str(each.label) not in place.labels:
                place.labels.append(str(each.label))
    tag = str(_("Laboratory origin")) if rule.from_laboratory else ""
    return RuleShown(rule.id, str(rule.text), rule.clause, str(Message(rule.kind)), tag, list(ways.values()), _settings(rule))


def _url(register: type[Register]) -> str:
    return f"/register/{register.key}/" if register in g.shell.registers else ""


def _settings(rule: Rule) -> list[dict[str, str]]:
    """The readings that bear on a rule, and which of them the site has chosen."""
    site, found = g.shell.place, []
    for each in SETTINGS:
        if rule.id in each.rule.split():
            chosen = value(db.session(), site.id, each) if site is not None else each.default
            note = str(_("default of the product")) if each.ours and chosen == each.default else ""
            found.append(
                {"key": each.key, "label": str(each.label), "value": str(each.said(chosen)), "conflict": each.conflict, "note": note}
            )
    return found
