"""Who may not read what a report counts is refused the report, its rows and its numbers; nobody counts at a site not theirs."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models.complaints import Complaint
from models.core.access import ROLES, Refused, granted
from models.houses import Household
from services import reports
from services.reporting.answers import ask
from services.reporting.periods import period_of
from services.reports import BY_KEY
from tests.conftest import Clock
from tests.make import NAME, make
from tests.office import Office
from tests.reports.filled import TODAY

REFUSED = [(key, role) for key, report in BY_KEY.items() for role in ROLES if not reports.readable(report, role)]


@pytest.fixture(autouse=True)
def april(clock: Clock) -> None:
    """The day after a month, a quarter and more."""
    clock.put(TODAY)


def test_a_report_is_readable_to_who_reads_all_its_registers() -> None:
    for report in BY_KEY.values():
        for role in ROLES:
            assert reports.readable(report, role) == all(granted(each, "read", role) for each in report.registers)
    assert {"monthly_complaints", "admin"} <= {word for refused in REFUSED for word in refused}


def test_who_may_not_read_a_register_is_refused_the_report_and_its_rows(office: Office) -> None:
    for key, role in REFUSED:
        browser = office.client_as(role)
        for path in (f"/reports/{key}/", f"/reports/{key}/rows/?at=figures/received", f"/reports/{key}/?of=company"):
            assert browser.get(path).status_code == 403, (key, role, path)


def test_counting_itself_refuses_whoever_may_not_read(office: Office) -> None:
    for key, role in REFUSED:
        if role != "admin":
            period = period_of(BY_KEY[key].kind.terms.every[0], TODAY.date()).before
            with pytest.raises(Refused), office.acting_as(role) as session:
                ask(session, BY_KEY[key], office.site, period)


def test_nobody_counts_at_a_site_that_is_not_theirs_nor_opens_its_rows(office: Office) -> None:
    with office.acting_as("console", office.site, office.other_site) as session:
        for _each in range(7):
            make(session, Complaint, office.site, received_at=TODAY - timedelta(days=20), subject="电梯停运")
    march = period_of(BY_KEY["monthly_complaints"].kind.terms.every[0], TODAY.date()).before
    with pytest.raises(Refused), office.acting_as("cs_supervisor.other") as session:
        ask(session, BY_KEY["monthly_complaints"], office.site, march)
    page = office.client_as("cs_supervisor.other").get(f"/reports/monthly_complaints/?period={march.code}&of=company").text
    assert "电梯停运" not in page
    assert NAME not in page
    mine = office.client_as("cs_supervisor").get(f"/reports/monthly_complaints/?period={march.code}").text
    assert "电梯停运" in mine
    assert NAME not in mine


def test_a_number_that_tells_of_nobody_is_told_without_its_rows(office: Office) -> None:
    with office.acting_as("console") as session:
        make(session, Household, moved_in_on=TODAY.date() - timedelta(days=90))
        session.commit()
    quality, supervisor = (
        office.client_as(role).get("/reports/monthly_complaints/?period=2026-03") for role in ("quality", "cs_supervisor")
    )
    assert quality.status_code == 200, "The Quality Department reads the summary that is drawn up for it (S1 4.12.1)."
    assert "/register/household/" in supervisor.text
    assert "/register/household/" not in quality.text
    rows = office.client_as("quality").get("/register/household/?counted=monthly_complaints:figures/valid_complaints/of&period=2026-03")
    assert rows.status_code == 403


@pytest.mark.parametrize("period", ["2026", "2026-Q1", "2026-13", "x", "2026-03-04"])
def test_a_period_that_a_report_is_not_made_for_is_answered_400(office: Office, period: str) -> None:
    assert office.client_as("cs_supervisor").get(f"/reports/monthly_complaints/?period={period}").status_code == 400


@pytest.mark.parametrize("path", ["/reports/", "/reports/monthly_complaints/?period=2026-03", "/survey/entry/", "/register/complaint/"])
def test_a_stranger_is_shown_the_sign_in_page_and_comes_to_the_page_by_it(office: Office, path: str) -> None:
    stranger = office.client_as(None)
    door = stranger.get(path)
    assert door.status_code == 403 and 'name="password"' in door.text and f'name="next" value="{path}"' in door.text
    assert stranger.post("/reports/pack/", {"period": "2026-03"}).status_code == 403
