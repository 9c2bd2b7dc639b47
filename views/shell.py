"""What stands around every page: the reader, the site, the chapters of the shelf and what waits in them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask import request, url_for

import models
from models.core.access import ADMIN, AUDITOR, ROLES, granted, roles
from models.core.message import _, language
from models.core.places import Site
from models.core.register import Register
from models.core.session import now
from models.duty import DutyRoster
from models.people import User
from models.reports import StatisticalReport
from models.survey import SatisfactionForm
from services.database import db
from services.display import Reader, reader
from services.jobs.asking import OWN_SEEN_BY, SEEN_BY
from services.leaving import HANDS_OVER
from services.notices import unread
from services.numbering import READERS
from services.readings import reading
from services.recent import kept
from services.reporting.standing import Standing, owed
from services.waiting import late
from views.pages import ordinal

OPENED = 2  # chapters of the registers used last that stand open beside the current one


@dataclass(slots=True)
class Entry:
    """One register in the margin of the desk: `reading` is how its Chinese title is spoken, `chinese` that title where another is shown."""

    key: str
    title: str
    url: str
    current: bool
    reading: str
    chinese: str
    waiting: int
    spec: str
    clause: str


@dataclass(slots=True)
class Section:
    """One chapter with the registers that the reader may open; one without a number is a list that all the others speak of."""

    key: str
    ordinal: str
    title: str
    registers: list[Entry]
    current: bool
    open: bool
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
    def registers(self) -> list[type[Register]]:
        """The registers that the role may read, in menu order."""
        return [each for each in models.registers() if granted(each, "read", self.role)] if self._site is not None else []

    @cached_property
    def late(self) -> dict[str, int]:
        """How many records are late, by register, counted to 99 and no further; of reports those that the reader sees to."""
        if self._site is None:
            return {}
        found, reports = late(db.session(), self.registers, self._site.id, now()), sum(each.late for each in self.owed)
        return {**found, StatisticalReport.key: reports} if reports else found

    @cached_property
    def owed(self) -> list[Standing]:
        """The reports that the reader makes or puts forward and that are late or due within a week."""
        return owed(db.session(), self._site, now().astimezone(self.reader.zone).date(), self.role) if self._site is not None else []

    @property
    def waiting(self) -> int:
        """How many records are late in all books of the site."""
        return sum(self.late.values())

    @cached_property
    def unread(self) -> int:
        """How many notifications the reader has not read, counted to 99 and no further."""
        return unread(db.session(), self._user.id) if self._user is not None else 0

    @cached_property
    def used(self) -> list[type[Register]]:
        """The registers that the reader opened last, the newest first, as far as the role may read them."""
        by_key = {each.key: each for each in self.registers}
        return [by_key[key] for key in kept(self._user) if key in by_key] if self._user is not None else []

    @cached_property
    def chapters(self) -> list[Section]:
        """The chapters with the registers that the role may read, in menu order."""
        readable, path = set(self.registers), request.path
        opened = {each.key for each in self.used[:OPENED]}
        number, found = 0, []
        for chapter in models.shelf():
            number += chapter.numbered
            entries = [self._entry(each, path) for each in chapter.registers if each in readable]
            if not entries:
                continue
            current = any(entry.current for entry in entries)
            found.append(
                Section(
                    chapter.key,
                    ordinal(number, self.lang) if chapter.numbered else "",
                    str(chapter.title),
                    entries,
                    current,
                    current or any(entry.key in opened for entry in entries),
                    sum(entry.waiting for entry in entries),
                )
            )
        return found

    @property
    def recent(self) -> list[Entry]:
        """The registers that the reader opened last, as the menu shows them."""
        entries = {entry.key: entry for chapter in self.chapters for entry in chapter.registers}
        return [entries[each.key] for each in self.used]

    def _entry(self, register: type[Register], path: str) -> Entry:
        about = register.about
        title, chinese = about.title.say(self.lang), about.title.say("zh")
        url = f"/register/{register.key}/"
        return Entry(
            register.key,
            title,
            url,
            path.startswith(url),
            str(reading(chinese)),
            "" if title == chinese else chinese,
            self.late.get(register.key, 0),
            " ".join(about.spec),
            about.clause,
        )

    @cached_property
    def links(self) -> list[dict[str, Any]]:
        """The rooms beside the books."""
        found = [(_("Rule book"), "/rules/"), (_("Calendar of working days"), "/calendar/")] if self._user is not None else []
        if self._user is not None:
            found.append((_("Check a paper"), "/verify/"))
        if self._site is not None or self.role == ADMIN:
            found.append((_("Readings of the documents"), "/settings/"))
        if self._site is not None:
            found += [(_("Figures at a glance"), "/reports/dashboard/"), (_("Statistical reports"), "/reports/")]
            found.append((_("Plans and shares"), "/plans/"))
        if any(each is DutyRoster for each in self.registers):
            found.append((_("Who is on duty"), "/roster/"))
        if any(each is SatisfactionForm for each in self.registers):
            found.append((_("Surveys and their forms"), "/survey/"))
        if self._site is not None and any(granted(each, "print", self.role) for each in self.registers):
            found.append((_("Books and closing"), "/books/"))
            if self.role != AUDITOR:
                found.append((_("Papers to come back"), "/returns/"))
        if self.role in READERS:
            found.append((_("Numbers"), "/numbers/"))
        if self.role in roles(HANDS_OVER):
            found.append((_("Handover of open records"), "/handover/"))
        if self.role in roles(f"{SEEN_BY} {OWN_SEEN_BY}"):
            found.append((_("Jobs"), "/jobs/"))
        if self.role in roles("lead"):
            found.append((_("Findings of the audit"), "/audit/room/findings/"))
        if self.role in (AUDITOR, ADMIN):
            found.append((_("Audit room") if self.role == AUDITOR else _("Audit trail"), "/audit/"))
        if self.role == ADMIN:
            found += [(_("Accounts"), "/accounts/"), (_("Company and sites"), "/sites/"), (_("Mail and robots"), "/channels/")]
        here = max((url for _title, url in found if request.path.startswith(url)), key=len, default="")
        return [{"title": str(title), "url": url, "current": url == here} for title, url in found]

    @property
    def path(self) -> str:
        """The path of the page with its query; `/` for what was posted."""
        return request.full_path.rstrip("?") if request.method == "GET" else "/"

    @property
    def at_home(self) -> bool:
        """Whether the page is the desk itself."""
        return request.path == self.home_url

    @property
    def at_contents(self) -> bool:
        """Whether the page is the list of all registers."""
        return request.path == self.contents_url

    search_url = "/search/"
    contents_url = "/registers/"
    home_url = "/"
    notices_url = "/notices/"

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
