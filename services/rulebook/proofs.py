"""The tests that prove the rules: read off the marks of their functions, `@pytest.mark.rule("RULE-050")`, without running one."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

HOME = Path(__file__).resolve().parents[2]

# What proves every clock, duty to tell and plan, by a table in tests/matrix/ that names the rule of each: it needs no mark of its own.
GENERATED = {
    "clock": "tests/test_every_deadline.py::test_it_starts_with_the_record_and_is_due_as_the_rule_says",
    "must-tell": "tests/test_every_tell.py::test_it_is_written_down_once_with_whom_and_until_when",
    "plan": "tests/test_every_plan.py::test_it_wants_what_the_rule_says_in_the_period_that_the_rule_says",
}


@cache
def defined() -> dict[str, tuple[str, ...]]:
    """Every test function as `tests/….py::name`, and the rules that it is marked with."""
    found: dict[str, tuple[str, ...]] = {}
    for path in sorted((HOME / "tests").rglob("test_*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                found[f"{path.relative_to(HOME)}::{node.name}"] = tuple(_rules(node))
    return found


@cache
def proofs() -> dict[str, tuple[str, ...]]:
    """The tests that are marked with a rule, by its id."""
    found: dict[str, list[str]] = {}
    for test, rules in defined().items():
        for rule in rules:
            found.setdefault(rule, []).append(test)
    return {rule: tuple(tests) for rule, tests in found.items()}


def proof(rule: str, how: str) -> str:
    """The test that would fail if `rule`, kept in the way `how`, were not kept; empty when there is none."""
    generated = GENERATED.get(how, "")
    return generated if generated in defined() else next(iter(proofs().get(rule, ())), "")


def _rules(node: ast.FunctionDef) -> Iterator[str]:
    for each in node.decorator_list:
        if isinstance(each, ast.Call) and ast.unparse(each.func) == "pytest.mark.rule":
            for argument in each.args:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    yield from argument.value.split()
