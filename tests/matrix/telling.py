"""告知: the ledger of what must be told."""

from typing import Any

from sqlalchemy.orm import Session

from tests.rule import START, Expected, at

REGISTERS = {
    "must_tell": {
        "read": "FASPEGQU",
        "create": "FASPEGQ",
        "edit": "SP",
        "void": "SP",
        "print": "FASPQU",
        "export": "SPQU",
        "load": "",
        "names": "",
        "unmask": "",
        "tell": "FASPEGQ",
        "acknowledge": "FASPEGQ",
        "drop": "SP",
    },
}


def told_by_the_desk(session: Session, row: Any) -> None:
    """Owed by the front desk to the manager."""
    row.owed_roles, row.to_roles = "front_desk", "project_manager"


READY = {("must_tell", "tell"): told_by_the_desk, ("must_tell", "acknowledge"): told_by_the_desk}
THEIRS = {("must_tell", "tell"): "F", ("must_tell", "acknowledge"): "P"}

CLOCKS = {
    ("must_tell", "tell"): Expected(
        "RULE-026", at(START.replace(hour=11)), "told_at", ("acknowledged_at",), over={"due_at": START.replace(hour=11)}
    ),
}
