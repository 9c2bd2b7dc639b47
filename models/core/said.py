"""Messages in a column: kept as their English text and their values, and said when they are read, in the reader's language."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from models.core.message import Message

TEXT, VALUES = "text", "values"


def packed(message: Message) -> dict[str, Any]:
    """A message as plain data; a value that is neither a message, a number nor a text is kept as its text."""
    values = {name: packed(value) if isinstance(value, Message) else _plain(value) for name, value in message.values.items()}
    return {TEXT: message.text, VALUES: values}


def unpacked(content: dict[str, Any]) -> Message:
    """The message of such data."""
    return Message(
        content[TEXT], **{name: unpacked(value) if isinstance(value, dict) else value for name, value in content[VALUES].items()}
    )


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int | str) else str(value)


class Said(TypeDecorator[Message]):
    """A message that is stored as it was meant, and said by whoever reads it."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Message | None, dialect: Dialect) -> str | None:
        return None if value is None else json.dumps(packed(value), ensure_ascii=False)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Message | None:
        return None if value is None else unpacked(json.loads(value))
