"""What is said of a foreign ledger beside its rows: what it does not say, what stands in for that, and which houses nobody knows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import islice
from typing import Any

from models.core.message import Message, _
from models.core.register import Register
from services.exchange.cells import Cells
from services.exchange.mapping import Mapping as Columns

SHOWN = 5  # houses that are named


def unsaid(register: type[Register]) -> dict[str, Any]:
    """What stands in a row for what its ledger does not say, so that no default is taken for something said."""
    plain = [each for each in register.fields().values() if not (each.system or each.by_step)]
    empty: dict[str, Any] = {each.key: None for each in plain if each.default is not None and not each.required}
    return empty | {each.key: "" for each in plain if each.unsayable}


def remarks(
    register: type[Register], mapping: Columns, cells: Cells, passed: int, repeated: Sequence[int], worded: Mapping[str, Iterable[str]]
) -> Iterator[Message]:
    """The remarks, one after the other."""
    how, columns, parted, strange = register.taken_over_as, mapping.columns, cells.parting.met, cells.strange
    if passed:
        yield _("Rows of totals, signatures and remarks around the table that are passed over: {n}", n=passed)
    if repeated:
        named = ", ".join(map(str, repeated[:SHOWN])) + ("…" if len(repeated) > SHOWN else "")
        yield _("Rows that are equal to an earlier row of this file in every cell: {n} (row {rows})", n=len(repeated), rows=named)
    lent = {key: other for key, other in how.stands_in.items() if key not in columns and other in columns}
    for key, other in lent.items():
        yield _("No column says “{field}”: “{other}” stands in its place.", field=_label(register, key), other=_label(register, other))
    for key, rows in parted.items():
        label, n = _label(register, key), len(rows)
        yield _("No column says “{field}”: in {n} rows it was found in the cell of another column.", field=label, n=n)
    for each in register.fields().values():
        if not each.required or each.system or each.by_step or each.key in {**columns, **how.values, **lent, **parted}:
            continue
        if each.unsayable:
            yield _("No column says “{field}”: it stands as “not stated” in every row.", field=each.label)
        elif each.default is not None and each.kind not in ("tick", "grid") and each.key != register.about.moment:
            yield _("No column says “{field}”: “{value}” is written in every row.", field=each.label, value=_plain(each.default()))
        elif each.default is not None and each.kind == "day":
            yield _("No column says “{field}”: the day of the import is written in every row.", field=each.label)
    for key, words in worded.items():
        kept, said = _label(register, how.own_words[key]), list(words)
        yield _(
            "Words that “{field}” has not in its list stand in “{other}” as they were written: {words}",
            field=_label(register, key),
            other=kept,
            words="、".join(said[:SHOWN]) + ("…" if len(said) > SHOWN else ""),
        )
    if cells.new:
        named = ", ".join(islice(cells.new.values(), SHOWN))
        yield _("Units that are not in the list yet and come in with their households: {n} ({houses})", n=len(cells.new), houses=named)
    if strange and not {register.key, *(each.target for each in register.brings.values())} & {"unit", "household"}:
        named = ", ".join(list(strange)[:SHOWN])
        yield _("Rows whose house is not in the list of units: {n} ({houses})", n=sum(strange.values()), houses=named)


def _label(register: type[Register], key: str) -> Message:
    return register.field(key).label


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
