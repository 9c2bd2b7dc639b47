"""A chapter of the shelf: the registers of one set of rules (制度), in the order of the documents."""

from __future__ import annotations

from dataclasses import dataclass

from models.core.message import Message
from models.core.register import Register


@dataclass(frozen=True, slots=True)
class Chapter:
    """One chapter: a key for addresses, a title, and its registers in menu order.

    The chapters of the documents are `numbered`; what they all speak of stands beside them without a number.
    """

    key: str
    title: Message
    registers: tuple[type[Register], ...]
    numbered: bool = True
