"""What stands around every page: the reader, the site, the chapters of the shelf and what waits in them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask import request, url_for
from sqlalchemy import func, literal, select, union_all

import models
from models.core.access import ADMIN, AUDITOR, ROLES, granted
from models.core.deadlines import Clock
from models.core.message import _, language
from models.core.places import Site
from models.core.register import Register
from models.core.session import now
from models.people import User
from services.database import db
from services.display import Reader, reader
from services.readings import Reading, reading
from views.pages import ordinal

MOST_WAITING = 99


@dataclass(slots=True)
class Entry:
    """One register in the margin of the desk."""

    key: str
    title: str
    url: str
    current: bool
    pinyin: str
    initials: str
    waiting: int


@dataclass(slots=True)
class Section:
    """One chapter with the registers that the reader may open."""

    ordinal: str
    title: str
    registers: list[Entry]
    current: bool
    waiting: int


@dataclass(frozen=True, slots=True)
class Person:
    """The reader as the head of the page names them."""

    name: str
    username: str
    role_label: str


class Shell:
    """The shell of one request; what is not drawn is not asked of the database."""

    def __init__(self, user: User | None, site: Site | None) -> None:
        self._user = user
        self._site = site
        self.lang = language()
        self.html_lang = "zh-CN" if self.lang == "zh" else "en"
        self.theme = user.theme if user else "auto"
        self.user = Person(user.name, user.username, str(ROLES[user.role])) if user else None
        self.role = user.role if user else ""
        self.read_only = self.role == AUDITOR

    @property
    def record(self) -> User | None:
        """The account of the reader."""
        return self._user

    @property
    def place(self) -> Site | None:
        """The site whose books lie open."""
        return self._site

    @cached_property
    def reader(self) -> Reader:
        """The reader as the door of display knows them."""
        return reader(self.role, self._site.timezone if self._site else "Asia/Shanghai")

    @property
    def site(self) -> Any:
        """The site as the head of the page names it."""
        return {"id": self._site.id, "code": self._site.code, "name": self._site.named(self.lang)} if self._site else None

    @property
    def sites(self) -> list[tuple[int, str]]:
        """The sites that the reader may go to."""
        return [(site.id, site.named(self.lang)) for site in self._user.sites] if self._user else []

    @cached_property
    def late(self) -> dict[str, int]:
        """How many records are late, by register, counted to 99 and no further."""
        if self._site is None or self.role == ADMIN:
            return {}
        timed = [each for each in models.registers() if each.deadlines and granted(each, "read", self.role)]
        if not timed:
            return {}
        moment = now()
        counts = union_all(*[_late_of(each, self._site.id, moment) for each in timed])
        return {key: min(count, MOST_WAITING) for key, count in db.session.connection().execute(counts)}

    @property
    def waiting(self) -> int:
        """How many records are late in all books of the site."""
        return sum(self.late.values())

    @cached_property
    def chapters(self) -> list[Section]:
        """The chapters with the registers that the role may read, in menu order."""
        if self._user is None or self._site is None:
            return []
        path = request.path
        found: list[Section] = []
        for place, chapter in enumerate(models.shelf(), 1):
            entries = [self._entry(each, path) for each in chapter.registers if granted(each, "read", self.role)]
            if entries:
                current = any(entry.current for entry in entries)
                waiting = sum(entry.waiting for entry in entries)
                found.append(Section(ordinal(place, self.lang), str(chapter.title), entries, current, waiting))
        return found

    def _entry(self, register: type[Register], path: str) -> Entry:
        title = register.about.title.say(self.lang)
        found = reading(title) if self.lang == "zh" else Reading(title.lower(), "".join(word[0] for word in title.lower().split() if word))
        url = f"/register/{register.key}/"
        return Entry(register.key, title, url, path.startswith(url), found.pinyin, found.initials, self.late.get(register.key, 0))

    @cached_property
    def links(self) -> list[dict[str, Any]]:
        """The rooms beside the books."""
        found = []
        if self.role in (AUDITOR, ADMIN):
            found.append((_("Audit room") if self.role == AUDITOR else _("Audit trail"), "/audit/"))
        if self.role == ADMIN:
            found += [(_("Accounts"), "/accounts/"), (_("Company and sites"), "/sites/")]
        return [{"title": str(title), "url": url, "current": request.path.startswith(url)} for title, url in found]

    @property
    def path(self) -> str:
        """The path of the page with its query; `/` for what was posted."""
        return request.full_path.rstrip("?") if request.method == "GET" else "/"

    @property
    def at_home(self) -> bool:
        """Whether the page is the desk itself."""
        return request.path == self.home_url

    search_url = "/search/"
    home_url = "/"

    def __getattr__(self, name: str) -> str:
        """`login_url`, `logout_url`, `account_url`, `language_url`, `theme_url`, `site_url`."""
        pages = {
            "login": "sign_in",
            "logout": "sign_out",
            "account": "settings",
            "language": "set_language",
            "theme": "set_theme",
            "site": "set_site",
        }
        kind, _dash, rest = name.partition("_")
        if rest == "url" and kind in pages:
            return url_for(f"account.{pages[kind]}")
        raise AttributeError(name)


def _late_of(register: type[Register], site_id: int, moment: Any) -> Any:
    clock = Clock.__table__.c  # the table and not the class: a count needs no mapper
    late = (
        select(clock.record_id)
        .where(
            clock.site_id == site_id,
            clock.register == register.key,
            clock.met_at.is_(None),
            clock.stopped_at.is_(None),
            clock.due_at < moment,
        )
        .limit(MOST_WAITING * len(register.deadlines))  # as many as that many records can have
        .subquery()
    )
    # Records are told apart after the limit: a DISTINCT within leads SQLite to walk an index of the whole table.
    return select(literal(register.key), func.count(late.c.record_id.distinct()))
