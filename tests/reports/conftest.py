"""What the tests of reports share."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from tests.conftest import Clock
from tests.office import Office


@pytest.fixture
def books(office: Office, clock: Clock) -> Iterator[Session]:
    """The books of the office on a day of March."""
    clock.put(datetime(2026, 3, 12, 4, 0, tzinfo=UTC))
    with office.acting_as("console") as session:
        yield session
