"""Every figure of every report beside plain SQL over made rows of two sites, and the rows that its cell opens."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from models.core.places import Site
from models.core.register import Register
from services.listing import Asked, Listing
from services.reporting import opening
from services.reporting.answers import BEFORE, MISSING, NOW, YEAR_BEFORE, Answers, ask, together
from services.reporting.laying import lay, missing
from services.reporting.opening import Place
from services.reporting.periods import Period, period_of
from services.reporting.words import Compared, Figures, Report, Scored, Trend
from services.reports import BY_KEY
from tests.conftest import Clock
from tests.office import Office
from tests.reports.filled import TODAY, fill, registers_of
from tests.reports.oracle import Oracle, beside, comparable, differences, places, sql_of, summed

EACH = pytest.mark.parametrize("report", [pytest.param(each, id=each.key) for each in BY_KEY.values()])
RUNNING = datetime(2026, 3, 20, 7, 0, tzinfo=UTC)


@pytest.fixture
def counting(office: Office, clock: Clock, report: Report) -> Iterator[Session]:
    """A session of the house in which all that the report counts has many rows at both sites."""
    clock.put(TODAY)
    with office.acting_as("console", office.site, office.other_site) as session:
        keys = dict.fromkeys([*beside(report), *(each.key for each in all_of(report))])
        fill(session, registers_of(keys), (office.site, office.other_site))
        yield session


def all_of(report: Report) -> list[type[Register]]:
    """Every register that a report counts, those too of which it tells a number alone."""
    return list(dict.fromkeys(register for each in report.counted() for register in each.registers))


def periods(report: Report) -> list[Period]:
    """The last period of each kind that is over."""
    return [period_of(each, TODAY.date()).before for each in report.kind.terms.every]


@EACH
def test_every_figure_of_a_report_has_its_plain_sql(report: Report) -> None:
    assert sorted(sql_of(report)) == sorted(places(report))


@EACH
def test_every_figure_is_what_plain_sql_counts_of_rows_that_are_not_void_and_opens_these_rows(
    counting: Session, office: Office, clock: Clock, report: Report
) -> None:
    found = []
    for period in periods(report):
        told, plain = [], []
        for site in (office.site, office.other_site):
            told.append(ask(counting, report, site, period))
            plain.append(Oracle(counting, report, site).ask(period))
            assert differences(report, plain[-1], comparable(report, told[-1])) == []
        assert differences(report, summed(report, *plain), comparable(report, together(report, told))) == [], "of the company"
        both = (office.site, office.other_site)
        assert opened_otherwise(counting, report, both, period, together(report, told)) == [], "of the company"
        assert added_otherwise(report, told[0]) == []
        assert opened_otherwise(counting, report, (office.site,), period, told[0]) == []
        found.append(comparable(report, told[0]))
    nothing = [place for place in places(report) if not any(something(report, each, place) for each in found)]
    assert nothing == [], "The rows of this test reach none of these; see tests/reports/filled.py."
    clock.put(RUNNING)
    running = period_of(report.kind.terms.every[0], RUNNING.date())
    answers = ask(counting, report, office.site, running)
    assert differences(report, Oracle(counting, report, office.site).ask(running), comparable(report, answers)) == []
    assert opened_otherwise(counting, report, (office.site,), running, answers) == []
    for register in all_of(report):
        counting.connection().execute(text(f"UPDATE {register.key} SET voided_at = updated_at"))
        counting.connection().execute(text("UPDATE clock SET stopped_at = started_at"))  # as their clocks do with them
    void = comparable(report, ask(counting, report, office.site, running))
    assert [place for place in places(report) if something(report, void, place)] == [], "of rows that are all void"


def something(report: Report, answers: Answers, place: str) -> bool:
    """Whether there is any number or row at a place, in the period or in one that it is compared with."""
    key, _slash, rest = place.partition("/")
    if key == MISSING:
        return bool(answers[MISSING][[each.key for each in report.missing].index(rest)])
    match report.block(key):
        case Figures(of=figures):
            at = [each.key for each in figures].index(rest.removesuffix("/of"))
            return any(answers[name][key][at][rest.endswith("/of")] for name in (NOW, BEFORE, YEAR_BEFORE) if key in answers[name])
        case Trend() | Compared():
            return any(month[1 + (rest == "of")] for month in answers[NOW][key])
        case Scored():
            return any(any(numbers) for _item, *numbers in answers[NOW][key])
    return bool(answers[NOW][key])


def added_otherwise(report: Report, answers: Answers) -> list[str]:
    """The columns of a table whose lines do not add up to its total, those of the periods beside it too."""
    found = []
    for block in lay(report, answers):
        numbers = [[cell.n or 0 for cell in line.cells] for line in block.lines if not line.total]
        for total in (line for line in block.lines if line.total):
            sums = [sum(column) for column in zip(*numbers, strict=True)]
            told = [cell.n or 0 for cell in total.cells]
            found += [f"{report.key} {block.key}: {sums} of {told}"] if sums != told else []
    return found


def opened_otherwise(session: Session, report: Report, sites: Sequence[Site], period: Period, answers: Answers) -> list[str]:
    """The cells that open other rows than they count, or none; a share says the number beside it once more."""
    blocks = [each for each in lay(report, answers) if not isinstance(each.word, Compared)]  # each opens those of all sites, site by site
    cells = [cell for block in blocks for line in block.lines for cell in line.cells]
    cells += [cell for line in missing(report, answers) for cell in line.cells]
    found = []
    for cell in cells:
        for at, number in ((cell.place, cell.n), (f"{cell.place}/of", cell.of)):
            if cell.place and number is not None:
                opens = opened(session, opening.found(report, at, period, sites), sites)
                found += [f"{report.key} {at}: counts {number}, opens {opens}"] if opens != number else []
    lines = [line for block in blocks for line in block.lines if line.cells and line.cells[0].n]
    return [*found, *(f"{report.key} {line.label}: opens nothing" for line in lines if not line.cells[0].place)]


def opened(session: Session, place: Place, sites: Sequence[Site]) -> int:
    """How many rows the lists show for a place, in all its registers together."""
    asked = Asked(counted=place)
    lists = [Listing(session, each, site.id, asked, "console", ZoneInfo(site.timezone)) for site in sites for each in place.count.registers]
    return sum(each.count()[0] for each in lists)
