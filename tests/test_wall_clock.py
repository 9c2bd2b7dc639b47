"""Moments as the clock on the wall shows them, read straight from what is kept."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import postgresql, sqlite

from models.core.base import OnTheWall, UtcDateTime

# Whole hours, no whole hour, hours that change twice a year, and China, which had summer time until 1991.
ZONES = [ZoneInfo(name) for name in ("Asia/Shanghai", "Asia/Kathmandu", "Europe/Berlin", "Australia/Lord_Howe")]
MOMENTS = st.datetimes(datetime(1986, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))


@pytest.mark.parametrize("zone", ZONES, ids=str)
@given(moment=MOMENTS)
def test_what_is_kept_is_read_as_the_moment_would_be_shown(zone, moment):
    shown = moment.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")
    kept = UtcDateTime().bind_processor(sqlite.dialect())(moment)
    assert OnTheWall(zone).result_processor(sqlite.dialect(), None)(kept) == shown
    assert OnTheWall(zone).result_processor(postgresql.dialect(), None)(moment) == shown


def test_where_nothing_is_kept_nothing_is_read():
    for dialect in (sqlite.dialect(), postgresql.dialect()):
        assert OnTheWall(ZONES[0]).result_processor(dialect, None)(None) is None
