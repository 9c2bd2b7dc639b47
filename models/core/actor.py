"""Who acts: context, set once where a request or a command begins, and read everywhere below."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

CLOCK = "system:clock"  # the user name under which the worker acts when a time has run out


@dataclass(frozen=True, slots=True)
class Actor:
    """A person or the console, with one role and the sites given to it."""

    id: int | None
    username: str
    name: str
    role: str
    site_ids: tuple[int, ...] = ()


_actor: ContextVar[Actor | None] = ContextVar("actor", default=None)


def current() -> Actor | None:
    """Who acts at the moment; nobody when `None`, and nobody sees no rows."""
    return _actor.get()


def own_name() -> str:
    """The name of who acts: what stands in a field for the person who writes, until another is written there."""
    actor = _actor.get()
    return actor.name if actor is not None and actor.id is not None else ""


def by_the_clock() -> bool:
    """Whether no person acts but the worker, because a time has run out."""
    actor = _actor.get()
    return actor is not None and actor.username == CLOCK


def act_as(actor: Actor | None) -> None:
    """Set who acts until it is set again: for a web request, which ends with its context."""
    _actor.set(actor)


@contextmanager
def acting(actor: Actor | None) -> Iterator[None]:
    """Let `actor` act inside. One database session has one actor: close it when the actor changes."""
    token = _actor.set(actor)
    try:
        yield
    finally:
        _actor.reset(token)
