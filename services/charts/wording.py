"""How a chart speaks: labels, months and numbers in Chinese (`zh`), English (`en`) or both at once (`both`)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from models.core.message import Message, _

Number = int | float | Decimal | Fraction
Said = str | Message | date
"""A label: data as it was entered, a message, or a month by any of its days."""

TONGUES = {"zh": ("zh",), "en": ("en",), "both": ("zh", "en")}
MONTHS = (
    _("Jan"), _("Feb"), _("Mar"), _("Apr"), _("May"), _("Jun"),
    _("Jul"), _("Aug"), _("Sep"), _("Oct"), _("Nov"), _("Dec"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tongue:
    """The language of a picture. Raises `KeyError` where it is used if it is none of `TONGUES`."""

    code: str

    def say(self, said: Said) -> str:
        """A label or a sentence on one line; both languages with a space between, and once where they read the same."""
        message = month(said) if isinstance(said, date) else said
        if isinstance(message, str):
            return plain(message)
        return plain(" ".join(dict.fromkeys(filter(None, (message.say(code) for code in TONGUES[self.code])))))

    def sentences(self, said: Iterable[Message]) -> str:
        """Sentences after each other, all Chinese ones before all English ones."""
        messages = tuple(said)
        spoken = (("" if code == "zh" else " ").join(each.say(code) for each in messages) for code in TONGUES[self.code])
        return plain(" ".join(spoken))


def plain(text: str) -> str:
    """The text without what XML forbids and a picture cannot draw: control characters, line breaks, lone surrogates."""
    kept = ("" if unicodedata.category(each) in ("Cc", "Cs", "Cn") and not each.isspace() else each for each in text)
    return " ".join("".join(kept).split())


def month(day: date) -> Message:
    """The month of a day, with its year."""
    return _("{month} {year}", month=MONTHS[day.month - 1], year=str(day.year))


def brief(said: Said) -> Said:
    """The month of a day without its year; any other label as it is."""
    return MONTHS[said.month - 1] if isinstance(said, date) else said


def label(said: Said) -> str | Message:
    """A label as a value of a message."""
    return month(said) if isinstance(said, date) else said


def number(value: Number, digits: int, unit: object = "") -> str:
    """The value rounded half up to so many digits, thousands parted by commas.

    A whole 0 or 100 per cent has no digits; what is only rounded to them keeps its own, so that 99.96 is never told as all.
    """
    exact = Decimal(value.numerator) / Decimal(value.denominator) if isinstance(value, Fraction) else Decimal(str(value))
    whole = unit == "%" and exact in (0, 100)
    return f"{exact.quantize(Decimal(1).scaleb(-digits if not whole else 0), ROUND_HALF_UP):,}"


def listed(said: Iterable[Said]) -> str | Message:
    """Several labels in one sentence."""
    labels = [label(each) for each in said]
    made = labels[0]
    for each in labels[1:]:
        made = _("{before}, {last}", before=made, last=each)
    return made
