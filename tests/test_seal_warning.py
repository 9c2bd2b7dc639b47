"""The end of the seal ahead: told on the screen in time, and a damaged certificate of old papers stops nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from models.core.session import now
from models.notices import Notification
from models.people import User
from services.diagnosis import examine
from services.jobs.passes import tick
from services.sealing.opening import opened
from tests.conftest import Clock
from tests.office import Office
from tests.test_issuing import borrowed, issued, proved

pytestmark = pytest.mark.one_database


def told(office: Office) -> list[tuple[str, str]]:
    """Who was told of the seal, and what."""
    with office.app.app_context():
        tick(now(), "seal")
    with office.apart() as session:
        joined = select(User.username, Notification.message).join(User, User.id == Notification.user_id)
        found = session.execute(joined.where(Notification.kind == "seal").order_by(Notification.id)).all()
        return [(name, message.say("en")) for name, message in found]


def test_who_leads_and_the_administrator_are_told_on_the_screen_of_a_seal_that_ends_within_sixty_days(office: Office, clock: Clock) -> None:
    until = opened(office.app.config["SETTINGS"], now()).certificate.not_valid_after_utc
    clock.put(until - timedelta(days=61))
    assert told(office) == []
    clock.put(until - timedelta(days=59))
    first = told(office)
    assert {"cs_supervisor", "project_manager", "admin"} <= {name for name, _said in first}
    assert all("59 days" in said and "flask seal renew" in said for _name, said in first)
    clock.go_on(days=1)
    assert told(office) == first, "nobody is told the same every day"
    clock.put(until - timedelta(days=30))
    assert len(told(office)) == 2 * len(first)
    for who in ("cs_supervisor", "admin"):
        page = office.client_as(who).get("/notices/").get_data(as_text=True)
        assert "flask seal renew" in page and "59" in page


@pytest.fixture
def damaged(office: Office) -> Iterator[Path]:
    """A certificate among those of old papers that nobody can read, for as long as the test runs."""
    path = Path(office.app.config["SETTINGS"].keys) / "known" / f"own-{'0' * 64}.pem"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"-----BEGIN CERTIFICATE-----\nno\n-----END CERTIFICATE-----\n")
    yield path
    path.unlink()


def test_a_damaged_certificate_of_old_papers_is_named_and_all_else_is_judged_as_before(office: Office, damaged: Path) -> None:
    paper = issued(office, borrowed(office))
    assert proved(office, paper.pdf).word == "identical"
    changed = proved(office, paper.pdf + b"\n% junk")
    said = [each.say("en") for each in changed.reasons]
    assert changed.word == "changed" and any("stands in this one whole" in each for each in said), said
    assert "1 cannot be read" in said[-1] and str(damaged) not in said[-1]
    with office.app.app_context():
        seal = next(each for each in examine(office.app.config["SETTINGS"]) if str(damaged) in str(each.said))
    assert not seal.well
