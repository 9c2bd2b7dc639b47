"""Search in Chinese from one character: a companion index of character pairs, kept by the session.

Chinese words are mostly two characters long, and trigram indexes answer nothing under three.
So each run of writing is indexed as its pairs of neighbouring characters and its last single one.
Pairs of personal fields bear a mark of their own: who may not read a name cannot find by it.
"""

from __future__ import annotations

import operator
import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Connection, Integer, and_, column, literal_column, or_, table, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text

if TYPE_CHECKING:
    from models.core.register import Register

PERSONAL = "_"
RUN = re.compile(r"[^\W_]+")
LONGEST = 10_000  # characters of one field that are indexed; a find beyond them is the reader's own eyes


def normal(value: str) -> str:
    """Writing as it is compared: full-width and half-width alike, small letters."""
    return unicodedata.normalize("NFKC", _MARKS.sub(" ", value)).lower()


# They part runs as a space does; left in, they alone would make a Chinese text one that has to be normalised sign by sign.
_MARKS = re.compile("[，！？：；（）]")


def pairs(value: str) -> list[str]:
    """The pairs of neighbouring characters of each run, and the last character of each."""
    found: list[str] = []
    for run in RUN.findall(normal(value)):
        found += map(operator.add, run, run[1:])
        found.append(run[-1])
    return found


@cache
def searched(register: type[Register]) -> tuple[tuple[str, bool], ...]:
    """The columns of a register that are searched, and whether each is personal."""
    return tuple((each.column, each.personal) for each in register.fields().values() if each.searched or each.kind == "number")


def tokens(register: type[Register], values: dict[str, Any]) -> str:
    """All tokens of a row, in a form that can be made again from the same values."""
    said: tuple[list[str], list[str]] = [], []
    for name, personal in searched(register):
        if value := values.get(name):
            said[personal].append(value[:LONGEST])
    open_, personally = (pairs("\n".join(each)) for each in said)  # no run goes on from one field to the next
    return " ".join(dict.fromkeys([*open_, *map(PERSONAL.__add__, personally)]))


def index_name(register: type[Register]) -> str:
    """The companion index of a register."""
    return f"{register.key}_search"


def prepare(connection: Connection, registers: Iterable[type[Register]]) -> None:
    """Make the companion indexes that are not there yet."""
    for register in registers:
        name = index_name(register)
        if connection.dialect.name == "sqlite":
            connection.execute(
                text(
                    f"CREATE VIRTUAL TABLE IF NOT EXISTS {name} USING fts5(pairs, content='', detail=none, columnsize=0, prefix='1', "
                    "tokenize=\"unicode61 remove_diacritics 0 tokenchars '_'\")"
                )
            )
        else:
            connection.execute(text(f"CREATE TABLE IF NOT EXISTS {name} (rowid bigint PRIMARY KEY, pairs text[] NOT NULL)"))
            connection.execute(text(f"CREATE INDEX IF NOT EXISTS ix_{name} ON {name} USING gin (pairs)"))


def reindex(connection: Connection, register: type[Register], rows: list[tuple[int, str, str]]) -> None:
    """Put new tokens in the place of old ones, each row as (id, old, new); an empty text means that it has none."""
    name, rows = index_name(register), [(row_id, old, new) for row_id, old, new in rows if old != new]
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        gone = [{"id": row_id, "pairs": old} for row_id, old, _new in rows if old]
        come = [{"id": row_id, "pairs": new} for row_id, _old, new in rows if new]
        if gone:
            connection.execute(text(f"INSERT INTO {name}({name}, rowid, pairs) VALUES ('delete', :id, :pairs)"), gone)
        if come:
            connection.execute(text(f"INSERT INTO {name}(rowid, pairs) VALUES (:id, :pairs)"), come)
    else:
        kept = [{"id": row_id, "pairs": _with_singles(new)} for row_id, _old, new in rows]
        put = f"INSERT INTO {name}(rowid, pairs) VALUES (:id, :pairs) ON CONFLICT (rowid) DO UPDATE SET pairs = excluded.pairs"
        connection.execute(text(put), kept)


def _with_singles(kept: str) -> list[str]:
    """PostgreSQL has no search by the beginning of a token, so every single character is a token too."""
    found = dict.fromkeys(kept.split())
    for token in list(found):
        found[token[:-1] if len(token.lstrip(PERSONAL)) == 2 else token] = None
    return list(found)


def words(wanted: str) -> list[str]:
    """The words of a search, at most eight, as they are compared."""
    return [word for word in RUN.findall(normal(wanted))][:8]


def hits(register: type[Register], wanted: str, names: bool, dialect: str) -> ColumnElement[Any] | None:
    """The FROM-less condition on the companion index for the words `wanted`; `None` when there are none.

    `names` tells whether the reader may find by personal fields. Each word must stand in one of
    the open fields, or in one of the personal ones.
    """
    found = words(wanted)
    if not found:
        return None
    marks = ("", PERSONAL) if names and any(personal for _name, personal in searched(register)) else ("",)
    if dialect == "sqlite":
        asked = " AND ".join("(" + " OR ".join(_fts(word, mark) for mark in marks) + ")" for word in found)
        return literal_column(index_name(register)).op("MATCH")(asked)
    kept = column("pairs", ARRAY(Text))
    clauses = []
    for word in found:
        clauses.append(or_(*[_array(kept, word, mark) for mark in marks]))
    return and_(*clauses)


def _fts(word: str, mark: str) -> str:
    if len(word) == 1:
        return f'"{mark}{word}"*'
    return "(" + " AND ".join(f'"{mark}{word[i : i + 2]}"' for i in range(len(word) - 1)) + ")"


def _array(kept: Any, word: str, mark: str) -> Any:
    return kept.contains([mark + pair for pair in (word[i : i + 2] for i in range(max(1, len(word) - 1)))])


def index_table(register: type[Register]) -> Any:
    """The companion index as a table to select from."""
    return table(index_name(register), column("rowid", Integer))


def contains(register: type[Register], wanted: str, names: bool) -> ColumnElement[bool] | None:
    """The recheck of words longer than a pair: each really stands in a field that the reader may read.

    The pairs of such a word may stand apart from one another; only the text itself tells.
    `None` when no word is that long.
    """
    conditions = []
    for word in words(wanted):
        if len(word) > 2:
            columns = [getattr(register, name) for name, personal in searched(register) if names or not personal]
            conditions.append(or_(*[each.ilike(f"%{written}%") for written in _ways(word) for each in columns]))
    return and_(*conditions) if conditions else None


def _ways(word: str) -> set[str]:
    """How a word may stand in the text: as it is compared, or in full-width signs, small and capital."""
    return {word, *("".join(chr(ord(each) + 0xFEE0) if "!" <= each <= "~" else each for each in form) for form in (word, word.upper()))}
