"""Where single registers are tried: the supervisor keeps the books."""

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from models.core.actor import current


@pytest.fixture
def books(acting_as) -> Iterator[Session]:
    """A session in which the supervisor writes."""
    with acting_as("cs_supervisor") as session:
        yield session


@pytest.fixture
def me(books: Session) -> str:
    """The supervisor's name."""
    actor = current()
    assert actor is not None
    return actor.name


@pytest.fixture
def plant(acting_as) -> Iterator[Session]:
    """A session in which engineering writes."""
    with acting_as("engineering") as session:
        yield session
