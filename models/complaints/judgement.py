"""The closed lists by which a complaint is judged, dispatched, answered and escalated."""

from typing import Any

from models.core.choice import Choice
from models.core.message import _


class Validity(Choice):
    """The three classes of complaints (S1 4.1.1–4.1.3)."""

    VALID = "valid", _("Valid")
    ASSISTED = "assisted", _("Assisted")
    INVALID = "invalid", _("Invalid")


class Severity(Choice):
    """How grave it is (S3 CP 2.2)."""

    MINOR = "minor", _("Minor")
    MODERATE = "moderate", _("Moderate")
    SERIOUS = "serious", _("Serious")


class ReplyMode(Choice):
    """How the result is told (S1 4.7.3, 4.8.1)."""

    VISIT = "visit", _("Home visit")
    PHONE = "phone", _("Telephone")
    WRITTEN = "written", _("In writing")
    FACE = "face", _("In person at the desk")
    ONLINE = "online", _("Online")


class Post(Choice):
    """The posts that answer for a complaint."""

    SERVICE = "service", _("Customer service")
    ENGINEERING = "engineering", _("Engineering")
    SECURITY = "security", _("Security")
    ENVIRONMENT = "environment", _("Cleaning and greenery")
    FINANCE = "finance", _("Finance")
    DEVELOPER = "developer", _("Developer")
    OTHER = "other", _("Other unit")


class Level(Choice):
    """The rungs of the ladder by which a complaint rises (S1 4.4.9, 4.5.1–4.5.3)."""

    DESK = "desk", _("Front desk")
    SUPERVISOR = "supervisor", _("Customer service supervisor")
    MANAGER = "manager", _("Service-centre manager")
    COMPANY = "company", _("Quality Department and developer's customer service centre")
    GENERAL = "general", _("Company general manager")

    @property
    def rung(self) -> int:
        """How high it stands, from 0."""
        return list(Level).index(self)

    @property
    def above(self) -> "Level | None":
        """The next rung; `None` at the top."""
        rungs = list(Level)
        return rungs[self.rung + 1] if self.rung + 1 < len(rungs) else None


def is_major(row: Any) -> bool:
    """A serious or collective complaint is major; another one where somebody says so (C-06)."""
    return bool(row.major or row.collective or row.severity == Severity.SERIOUS)
