"""A paper before it is issued: what its pages show, and of which record or book it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from models.core.message import Message
from services.papers.paper import Paper


@dataclass(frozen=True, slots=True, kw_only=True)
class Manuscript:
    """The plain data of a paper and what it is about; `kind` is `form`, `book`, `selection`, `index` or a declared paper.

    What is `fresh` is issued anew each time, since it says how things stand at a moment; any other is issued once and given
    again while it says the same. `ids` are the records in the rows of a book. One that `returns` is meant to be signed by hand
    and brought back.
    """

    paper: Paper
    kind: str
    title: Message
    register: str
    site_id: int
    number: str = ""
    record_id: int | None = None
    version: int | None = None
    book: str = ""
    first_day: date | None = None
    last_day: date | None = None
    closed_book_id: int | None = None
    returns: bool = False
    fresh: bool = False
    ids: tuple[int, ...] = ()
