"""What the documents say, as tables: registers, rules and the words of the trade (docs/spec)."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

SPEC = Path(__file__).resolve().parents[2] / "docs" / "spec"


@cache
def register_titles() -> dict[str, dict[str, str]]:
    """The registers of the documents by id."""
    return {row["id"]: row for row in _table("registers.csv")}


@cache
def reports() -> dict[str, dict[str, str]]:
    """The reports and papers of the documents by id, in their order."""
    return {row["id"]: row for row in _table("reports.csv")}


@cache
def rules() -> dict[str, dict[str, str]]:
    """The rules of the documents by id, in their order."""
    return {row["id"]: row for row in _table("rules.csv")}


@cache
def rule_ids() -> frozenset[str]:
    """The ids of the rules of the documents."""
    return frozenset(rules())


@cache
def glossary() -> dict[str, frozenset[str]]:
    """The Chinese words for each English term in small letters, as `docs/spec/glossary.csv` has them.

    A line of several terms, `head: a/b` and `head: x / y`, tells them one by one where both
    sides have as many; otherwise each English term may be any of the Chinese ones.
    """
    found: dict[str, set[str]] = {}
    for row in _table("glossary.csv"):
        chinese, english = _terms(row["zh"]), _terms(row["en"])
        for place, term in enumerate(english):
            said = {chinese[place]} if len(chinese) == len(english) else set(chinese)
            found.setdefault(term.lower(), set()).update(said)
    return {term: frozenset(said) for term, said in found.items()}


def _terms(written: str) -> list[str]:
    head, colon, rest = written.partition(": ")
    parts = (rest if colon else head).split("/")
    return [*([head.strip()] if colon else []), *(part.strip() for part in parts)]


def _table(name: str) -> list[dict[str, str]]:
    with (SPEC / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
