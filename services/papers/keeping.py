"""The content of a paper as plain data that can be kept as JSON, and the paper made from it again.

What tells of one printing alone (when, by whom, code, witness of the trail) is no content and is left out.
"""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import json
from datetime import date, datetime
from typing import Any

from services.display import reads_names
from services.papers import paper as papers

OF_ONE_PRINTING = frozenset({"printed_at", "printed_by", "trail", "checkpoint", "code", "proof_url", "created", "modified"})
CLASS, DAY, MOMENT, BYTES = "is", "day", "moment", "bytes"
CLASSES: dict[str, Any] = {name: each for name, each in vars(papers).items() if dataclasses.is_dataclass(each)}


def content_of(paper: papers.Paper) -> dict[str, Any]:
    """What the pages of a paper show, in all its languages, as plain data."""
    return _plain(paper)


def open_to(content: dict[str, Any], register: str, role: str) -> bool:
    """Whether `role` may see a content as it is kept: it reads the names that stand on it; of one that does not say, the register's."""
    names = content.get("names")
    return reads_names((register,) if names is None else names, role)


def written(content: dict[str, Any]) -> str:
    """Content as the one text that is kept and hashed."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(text: str) -> str:
    """The SHA-256 of a kept text, in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def paper_of(content: dict[str, Any], **of_this_printing: Any) -> Any:
    """The paper that a content was taken from, with what tells of this printing. `KeyError` for content of another kind."""
    return dataclasses.replace(_restored(content), **of_this_printing)


def _plain(value: Any) -> Any:
    match value:
        case datetime():
            return {MOMENT: value.isoformat()}
        case date():
            return {DAY: value.isoformat()}
        case bytes():
            return {BYTES: base64.b64encode(value).decode()}
        case tuple() | list():
            return [_plain(each) for each in value]
        case None | str() | int() | float():
            return value
    kept = [field for field in dataclasses.fields(value) if field.name not in OF_ONE_PRINTING]
    told = {field.name: each for field in kept if (each := getattr(value, field.name)) is not None and each != field.default}
    return {CLASS: type(value).__name__} | {name: _plain(each) for name, each in told.items()}


def _restored(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_restored(each) for each in value)
    if not isinstance(value, dict):
        return value
    if CLASS in value:
        return CLASSES[value[CLASS]](**{name: _restored(each) for name, each in value.items() if name != CLASS})
    if MOMENT in value:
        return datetime.fromisoformat(value[MOMENT])
    return date.fromisoformat(value[DAY]) if DAY in value else base64.b64decode(value[BYTES])
