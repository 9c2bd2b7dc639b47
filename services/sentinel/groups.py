"""Households that complain of one event within the window of a site."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from services.sentinel.alike import alike, words

ASKED_ON = 8  # of those that are like a complaint, so many are asked in their turn what is like them


@dataclass(frozen=True, slots=True)
class Member:
    """A complaint of a group: its line in the table, and the complaint beside which it was found."""

    row: Any
    beside: Any

    @property
    def words(self) -> list[str]:
        """The writing by which it was found."""
        return words(self.beside, self.row)


@dataclass(frozen=True, slots=True)
class Group:
    """Complaints before one that may be about the same event as it, by time; all within one window."""

    members: tuple[Member, ...]

    def households(self, complaint: Any) -> int:
        """From how many houses they came, with the complaint itself; one without a house counts for none."""
        return len({complaint.house_key, *(each.row.house_key for each in self.members)} - {None, ""})


def around(session: Session, complaint: Any, window: timedelta, least: int) -> Group:
    """The complaints before this one that may be about the same event and came, with it, within the window.

    Where they come from fewer than `least` houses, those are asked for that are like the ones found: a group does not
    hang on the words of its last complaint.
    """
    found: dict[int, Member] = {}
    near = [each.row for each in alike(session, complaint, earlier=True) if _counts(each.row, complaint, window)]
    for row in near:
        found[row.id] = Member(row, complaint)
    group = Group(_within(found, complaint.received_at, window))
    if not near or group.households(complaint) >= least:
        return group
    for row in near[:ASKED_ON]:
        for each in alike(session, row):
            if each.row.id != complaint.id and each.row.id not in found and _counts(each.row, complaint, window):
                found[each.row.id] = Member(each.row, row)
    return Group(_within(found, complaint.received_at, window))


def _counts(row: Any, complaint: Any, window: timedelta) -> bool:
    """Whether a complaint may be in a group with this one: near in time, and taken by this office."""
    return not row.taken_over and abs(row.received_at - complaint.received_at) <= window


def _within(found: dict[int, Member], moment: datetime, window: timedelta) -> tuple[Member, ...]:
    """Of all that are near, those from most houses that stand within one window together with the moment."""
    members = sorted(found.values(), key=lambda each: (each.row.received_at, each.row.id))
    best: list[Member] = []
    for begin in [moment, *(each.row.received_at for each in members)]:
        if begin > moment:
            continue
        inside = [each for each in members if begin <= each.row.received_at <= begin + window] if begin + window >= moment else []
        if len({each.row.house_key for each in inside}) > len({each.row.house_key for each in best}):
            best = inside
    return tuple(best)
