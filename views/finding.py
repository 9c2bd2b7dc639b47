"""A search over all books at once: a few rows of each, as each list would find them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import g

import models
from models.core import search
from models.core.access import granted
from models.core.message import _
from models.core.register import Register
from services.database import db
from services.listing import Asked, Listing, subjects
from views.pages import Desk, Group, Job, state_of

MOST = 5


def found_everywhere(words: str) -> Desk:
    """The rows in which `words` stand, by register; each group leads to the whole list."""
    groups = []
    for register in models.registers():
        if granted(register, "read", g.shell.role) and search.searched(register):
            group = _group(register, words)
            if group.jobs:
                groups.append(group)
    count = sum(group.count for group in groups)
    tally: list[dict[str, Any]] = []
    title = str(_("Found for “{words}”", words=words))
    return Desk(title, str(_("{n} rows", n=count)), tally, groups, [], [], str(_("Nothing matches in any book.")))


def _group(register: type[Register], words: str) -> Group:
    reader = g.shell.reader
    fields = register.fields()
    subject = fields[register.about.subject]
    listing = Listing(db.session, register, g.shell.place.id, Asked(words=words), reader.role, reader.zone)
    page = listing.page([register.number, register.state, register.voided_at, register.taken_over, getattr(register, subject.column)], MOST)
    count, more = listing.count()
    titles = subjects(db.session, register, page.rows, reader)
    url = f"/register/{register.key}/"
    jobs = [
        Job(
            register=state_of(register, row.state, row.voided_at is not None).label,
            number=row.number,
            subject=titles[row.id][:120],
            who=(reader.text(register, fields[register.about.moment], row._moment, taken_over=row.taken_over),),
            clock=None,
            url=f"{url}{row.id}/",
            action_label=str(_("Look at it")),
            void=row.voided_at is not None,
        )
        for row in page.rows
    ]
    rest = (str(_("All {n}", n=f"{count}+" if more else count)), f"{url}?{urlencode({'search': words})}")
    return Group(str(register.about.title), count, False, jobs, rest if count > MOST else None)
