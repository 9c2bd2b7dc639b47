"""Texts that are said in the reader's language, at the moment they are read.

A message is written in English where it is used; the catalogues under `translations/` hold
what is said in Chinese and in English. The language of the moment is context, as the actor is.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from typing import Any

CATALOGUES = Path(__file__).resolve().parents[2] / "translations"
LOCALES = {"zh": "zh_Hans_CN", "en": "en"}

_language: ContextVar[str] = ContextVar("language", default="zh")


@cache
def _catalogue(code: str) -> NullTranslations:
    path = CATALOGUES / LOCALES[code] / "LC_MESSAGES" / "messages.mo"
    if not path.exists():
        return NullTranslations()
    with path.open("rb") as file:
        return GNUTranslations(file)


def language() -> str:
    """The language of the moment: `zh` or `en`."""
    return _language.get()


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Say everything inside in the language `code` (`zh` or `en`); any other raises `KeyError`."""
    LOCALES[code]
    token = _language.set(code)
    try:
        yield
    finally:
        _language.reset(token)


def speak(code: str) -> None:
    """Set the language until it is set again: for a web request or a command, which end with their context."""
    LOCALES[code]
    _language.set(code)


class Message:
    """A sentence and the values that stand in it; `str()` says it in the language of the moment.

    Values that are messages themselves are said in the same language.
    """

    __slots__ = ("text", "values")

    def __init__(self, text: str, **values: Any) -> None:
        self.text = text
        self.values = values

    def say(self, code: str) -> str:
        """The sentence in the language `code`."""
        said = _catalogue(code).gettext(self.text) if self.text else ""
        if not self.values:
            return said
        return said.format(**{name: value.say(code) if isinstance(value, Message) else value for name, value in self.values.items()})

    def __str__(self) -> str:
        return self.say(_language.get())

    def __repr__(self) -> str:
        return f"_({self.text!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Message) and (self.text, self.values) == (other.text, other.values)

    def __hash__(self) -> int:
        return hash(self.text)

    def __bool__(self) -> bool:
        return bool(self.text)


def _(text: str, **values: Any) -> Message:
    """A message: an English sentence with named places, as in `_("{n} rows", n=3)`."""
    return Message(text, **values)


NOTHING = Message("")
