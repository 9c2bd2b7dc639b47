"""The rule book: every rule of the documents with what keeps it, in their order."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from models.core import documents
from models.core.message import Message, _
from models.core.rulebook import WAYS
from services.rulebook.gathering import Keeper, keepers
from services.rulebook.proofs import defined, proof
from services.rulebook.wording import placed, section

# By what a rule is kept, as a page says it.
SAID: dict[str, Message] = {
    "block": _("Block"),
    "clock": _("Clock"),
    "check": _("Check"),
    "report": _("Report"),
    "must-tell": _("Must tell"),
    "plan": _("Plan"),
    "field": _("Field"),
    "text": _("Words"),
}
# The way in which a rule of this kind is kept before all others, where several things keep it.
FIRST = {"deadline": "clock", "ratio": "report", "periodic": "plan", "escalation": "must-tell"}
ORDER = ("block", "check", "must-tell", "plan", "clock", "report", "field", "text")
assert set(ORDER) == set(WAYS) == set(SAID)

# Kinds of rules that a program can judge, for which words are not enough.
JUDGED = frozenset(
    ("deadline", "ratio", "block", "identity", "signature", "retention", "numbering", "approval", "mode", "periodic", "threshold")
)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the documents: its section, its sentence, the clause it comes from, and what keeps it, the first of all first."""

    id: str
    letter: str
    section: Message
    kind: str
    text: Message
    clause: str
    kept: tuple[Keeper, ...]

    @property
    def how(self) -> str:
        """In which way it is kept; empty when nothing keeps it."""
        return self.kept[0].how if self.kept else ""

    @property
    def where(self) -> str:
        """Where it is kept."""
        return self.kept[0].where if self.kept else ""

    @property
    def test(self) -> str:
        """The test that proves it, as `tests/….py::name`; empty when there is none."""
        return proof(self.id, self.how)

    @property
    def from_laboratory(self) -> bool:
        """Whether it comes from the laboratory text alone: then keeping it is the company's own choice."""
        return all("篇五" in each for each in self.clause.split(";"))

    @property
    def amiss(self) -> str:
        """What is missing: `keeper`, `words alone` where words are not enough, or `test`; empty when nothing is."""
        if not self.kept:
            return "keeper"
        if self.how == "text" and self.kind in JUDGED:
            return "words alone"
        return "" if self.test in defined() else "test"


@cache
def book() -> tuple[Rule, ...]:
    """All rules of the documents, in their order."""
    return tuple(_rule(row) for row in documents.rules().values())


def _rule(row: dict[str, str]) -> Rule:
    letter, title = section(row["section"])
    text, values = placed(row["rule"])
    first = FIRST.get(row["kind"], "")
    kept = sorted(keepers().get(row["id"], ()), key=lambda each: (each.how != first, ORDER.index(each.how), _nearness(each)))
    return Rule(row["id"], letter, Message(title), row["kind"], Message(text, **values), row["source"], tuple(kept))


def _nearness(keeper: Keeper) -> int:
    """How near to the rule a thing stands: a condition written for it, what a register declares, what a service does besides."""
    return {"models": 0, "services": 2}.get(keeper.where.partition(".")[0], 1)
