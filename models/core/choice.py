"""Closed lists of words, as a paper form prints them beside its tick boxes."""

from __future__ import annotations

from enum import StrEnum
from typing import Self

from models.core.message import Message


class Choice(StrEnum):
    """One word of a closed list: a short code that is stored, and a label that is read.

    A member equals its code, so a stored value compares with it directly:
    `row.state == State.OUT`.
    """

    label: Message

    def __new__(cls, code: str, label: Message) -> Self:
        member = str.__new__(cls, code)
        member._value_ = code
        member.label = label
        return member

    @classmethod
    def of(cls, code: str) -> Self:
        """The member of a stored code; `ValueError` when the list has none."""
        return cls(code)  # type: ignore[call-arg]  # a member is looked up by its code alone

    @classmethod
    def labelled(cls, code: str) -> Message:
        """The label of a stored code; a code that is no longer in the list is read as itself."""
        try:
            return cls.of(code).label
        except ValueError:
            return Message(code)
