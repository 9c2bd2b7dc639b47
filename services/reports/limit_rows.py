"""How often one time limit of a register was kept."""

from __future__ import annotations

from models.core.message import _
from models.core.register import Register
from services.reporting.limits import Limit, limit_kept
from services.reporting.words import Counted, Rate, Rows


def limit_rate(register: type[Register], name: str) -> Rate:
    """How often one time limit of a register was kept, of those that lay in the period."""
    deadline = next(each for each in register.deadlines if each.name == name)
    rows = Rows(register, limit=Limit(name))
    return Rate(
        key=f"{register.key}_{name}",
        label=_("{register}: {limit}", register=register.about.title, limit=deadline.label),
        formula=_("Time limits kept ÷ time limits of this kind that lay in the period"),
        part=Counted(rows.where(limit_kept)),
        whole=Counted(rows),
        clause=deadline.clause,
        rule=deadline.rule.split()[0],
    )
