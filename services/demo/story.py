"""Stories of the demonstration house, and how they are played: each step by its person, at its moment, through the trail."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

import models
from models.core.actor import Actor, acting
from models.core.register import Register
from models.core.session import now, set_clock
from models.core.signatures import Way
from services import bookkeeping
from services.demo.ledgers import Book, Rows, deliveries, enter_books
from services.demo.routine import keep_up, read_notices

# A moment or day of a story: made from the moment at which the house is opened, in the site's own time.
When = Callable[[datetime], Any]


def ago(*, days: int = 0, hours: int = 0, minutes: int = 0) -> When:
    """So long before the opening; a negative time lies ahead."""
    return lambda opening: opening - timedelta(days=days, hours=hours, minutes=minutes)


def on(days: int, clock: str) -> When:
    """At a time of day, such as `09:14`, so many days before the opening."""
    return lambda opening: datetime.combine(opening.date() - timedelta(days=days), time.fromisoformat(clock), opening.tzinfo)


def day(days: int) -> When:
    """The day so many days before the opening."""
    return lambda opening: opening.date() - timedelta(days=days)


@dataclass(frozen=True, slots=True)
class Told:
    """A link to the record that another story is about, by the name of that story."""

    story: str


@dataclass(frozen=True, slots=True)
class Step:
    """What a person does with the record at a moment: a transition, `amend`, `void`, or `sign` and the name of a place.

    To sign on paper or by telephone, `values` give the `way` and the `person` who signed.

    `register` names another one whose record, linked to that of the story, is meant instead. A `deed` gets the session and the
    record, and does what is more than one step, such as a whole stack of forms.
    """

    name: str
    at: When
    who: str
    values: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""
    register: str = ""
    deed: Callable[[Session, Any], None] | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """A record: entered by a person at a moment, and what is done with it afterwards."""

    register: str
    at: When
    who: str
    values: Mapping[str, Any]
    steps: tuple[Step, ...] = ()
    name: str = ""


@dataclass(slots=True)
class Stage:
    """Where stories are played: a session, a site, its people, and the moment of the opening."""

    session: Session
    site_id: int
    people: Mapping[str, Actor]
    opening: datetime
    records: dict[str, tuple[type[Register], int]] = field(default_factory=dict)

    def play(self, stories: Iterable[Story], books: Sequence[Book] = (), keeper: str = "") -> int:
        """Play all that happens in the order of its moments, each in a transaction of its own; how many records were entered.

        Between the stories the `keeper` takes over what the `books` tell.
        """
        told = {story.name or f"story {place}": story for place, story in enumerate(stories)}
        entered = len(told)
        scenes: list[tuple[datetime, str, Callable[[], int | None]]] = []
        for name, story in told.items():
            scenes.append((story.at(self.opening), story.who, partial(self._enter, name, story)))
            scenes += [(step.at(self.opening), step.who, partial(self._do, name, step)) for step in story.steps]
        today, ahead = self.opening.replace(hour=0, minute=0), dict[str, Rows]()
        if books:
            take = partial(enter_books, self.session, self.site_id)
            scenes += [(moment, keeper, partial(take, books, first, after, ahead)) for moment, first, after in deliveries(self.opening)]
            scenes.append((self.opening - timedelta(minutes=1), keeper, partial(take, (), today, today, ahead)))
        try:
            since = min(scene[0] for scene in scenes)
            for moment, who, happen in sorted(scenes, key=lambda scene: scene[0]):
                keep_up(self.session, self.people, since, moment, today)
                since = moment
                set_clock(_standing_at(moment))
                with acting(self.people[who]):
                    entered += happen() or 0
                    self.session.commit()
            keep_up(self.session, self.people, since, self.opening, today)
            read_notices(self.session, self.opening)
        finally:
            set_clock(None)
        return entered

    def _enter(self, name: str, story: Story) -> None:
        register = models.register(story.register)
        row = bookkeeping.enter(self.session, register, self.site_id, self._values(story.values))
        self.records[name] = (register, row.id)

    def _do(self, name: str, step: Step) -> None:
        register, record_id = self.records[name]
        row = self.session.get_one(register, record_id)
        if step.register:
            row = self._linked(models.register(step.register), row)
        values = self._values(step.values)
        if step.deed is not None:
            step.deed(self.session, row)
        elif step.name == "void":
            bookkeeping.void(self.session, row, step.reason)
        elif step.name.startswith("sign "):
            way = Way.of(values.get("way", Way.ACCOUNT.value))
            bookkeeping.sign(self.session, row, step.name.removeprefix("sign "), way, person=values.get("person", ""))
        elif step.name == "amend":
            bookkeeping.correct(self.session, row, values, row.version, step.reason)
        else:
            bookkeeping.move(self.session, row, step.name, values)

    def _linked(self, register: type[Register], row: Register) -> Register:
        link = next(field for field in register.fields().values() if field.target == row.key)
        found = select(register).where(getattr(register, link.column) == row.id).order_by(register.id.desc()).limit(1)
        return self.session.execute(found).scalar_one()

    def _values(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return {key: self._value(value) for key, value in values.items()}

    def _value(self, value: Any) -> Any:
        if isinstance(value, Told):
            return self.records[value.story][1]
        return value(self.opening) if callable(value) else value


def opening_moment(timezone: str) -> datetime:
    """The moment, in the site's own time, to the minute."""
    return now().astimezone(ZoneInfo(timezone)).replace(second=0, microsecond=0)


def _standing_at(moment: datetime) -> Callable[[], datetime]:
    return lambda: moment
