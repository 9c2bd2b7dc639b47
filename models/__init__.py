"""The shelf: the chapters in the order of the documents, and in them every register of the house.

To add a register: write its file in a chapter, name it in the chapter's face, make a migration
(`make migration`), and fill the catalogues (`make i18n`). It is tested the moment it stands here.
"""

from models import (
    archive,
    complaints,
    contact,
    duty,
    engineering,
    exchange,
    findings,
    follow_up,
    houses,
    jobs,
    keys,
    notices,
    outreach,
    papers,
    people,
    repair,
    reports,
    security,
    staff,
    survey,
)
from models.core.chapter import Chapter
from models.core.register import Register

CHAPTERS: tuple[Chapter, ...] = (
    duty.CHAPTER,
    contact.CHAPTER,
    complaints.CHAPTER,
    repair.CHAPTER,
    follow_up.CHAPTER,
    survey.CHAPTER,
    keys.CHAPTER,
    archive.CHAPTER,
    engineering.CHAPTER,
    security.CHAPTER,
    outreach.CHAPTER,
    staff.CHAPTER,
    houses.CHAPTER,
    reports.CHAPTER,
)
BY_KEY = {register.key: register for chapter in CHAPTERS for register in chapter.registers}


def shelf() -> tuple[Chapter, ...]:
    """The chapters in menu order."""
    return CHAPTERS


def registers() -> list[type[Register]]:
    """Every register, in menu order."""
    return [register for chapter in CHAPTERS for register in chapter.registers]


def register(key: str) -> type[Register]:
    """The register called `key`; `KeyError` when the shelf has none of that name."""
    return BY_KEY[key]


__all__ = ["exchange", "findings", "jobs", "notices", "papers", "people", "register", "registers", "shelf"]
