"""`flask due`: when a rule is due from a moment at a site, and why; what it cannot know it refuses."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import Result
from flask import Flask

import models
from models.core.documents import rule_ids

pytestmark = pytest.mark.one_database


def asked(app: Flask, *words: str) -> Result:
    """What the command says, in English."""
    return app.test_cli_runner(env={"LC_ALL": "en_US.UTF-8"}).invoke(args=["due", *words, "--site", "TEST"])


def due(app: Flask, *words: str) -> dict[str, Any]:
    """The one JSON value of its answer."""
    result = asked(app, *words, "--json")
    assert result.exit_code == 0, result.output
    return dict(json.loads(result.stdout))


@pytest.mark.parametrize(
    ("rule", "start", "end"),
    [
        ("RULE-011", "2026-02-15T23:30", "2026-02-16T01:30:00+08:00"),  # hours run through the night and the holidays
        ("RULE-031", "2026-10-01T08:00", "2026-10-01T10:00:00+08:00"),
        ("RULE-033", "2026-12-31T22:00", "2026-12-31T23:59:59+08:00"),
        ("RULE-034", "2026-09-30T10:00", "2026-10-03T10:00:00+08:00"),  # three calendar days, holidays or not
        ("RULE-066", "2026-05-08T20:00", "2026-05-09T08:00:00+08:00"),
        ("RULE-084", "2026-05-08T20:00", "2026-05-15T20:00:00+08:00"),
        ("RULE-108", "2026-01-31T10:00", "2026-02-28T23:59:59+08:00"),
        ("RULE-119", "2026-01-31T10:00", "2026-02-01T10:00:00+08:00"),
        ("RULE-126", "2026-09-30T10:00", "2026-10-10T23:59:59+08:00"),  # a Saturday that is worked
        ("RULE-126", "2025-12-31T10:00", "2026-01-06T23:59:59+08:00"),  # over the turn of the year
        ("RULE-185", "2026-02-12T10:00", "2026-02-24T23:59:59+08:00"),  # Spring Festival
        ("RULE-190", "2026-09-30T10:00", "2026-10-15T10:00:00+08:00"),
        ("RULE-011", "2026-02-15T15:30+00:00", "2026-02-16T01:30:00+08:00"),  # a moment that names its zone
    ],
)
def test_it_says_when_and_why(app: Flask, rule: str, start: str, end: str) -> None:
    answer = due(app, rule, "--from", start)
    assert end in {each["due"] for each in answer["all"]}
    assert answer["due"] is not None
    assert answer["why"] and answer["clause"] and "." in answer["where"]


def test_a_word_of_the_record_chooses_its_case(app: Flask) -> None:
    answer = due(app, "RULE-084", "--from", "2026-05-08T20:00", "--with", "category=leak")
    assert (answer["due"], answer["why"]) == ("2026-05-11T20:00:00+08:00", "3 calendar days")
    every = due(app, "RULE-084", "--from", "2026-05-08T20:00")["all"]
    assert {each["case"]: each["due"][:10] for each in every if each["case"]} == {
        "safety": "2026-05-10",
        "leak": "2026-05-11",
        "general": "2026-05-15",
    }


def test_a_moment_of_the_record_may_be_given(app: Flask) -> None:
    given = ("--with", "expected_at=2026-01-31T12:00")
    assert due(app, "RULE-119", "--from", "2026-01-31T10:00", *given)["due"] == "2026-01-31T12:00:00+08:00"


def test_a_year_that_is_not_loaded_is_refused_and_not_guessed(app: Flask) -> None:
    result = asked(app, "RULE-126", "--from", "2026-12-30T10:00", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["due"] is None
    assert "2027" in result.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("RULE-999", "--from", "2026-01-31T10:00"), "RULE-999"),
        (("RULE-001", "--from", "2026-01-31T10:00"), "keeps no time"),
        (("RULE-011", "--from", "yesterday"), "2026-09-30T10:00"),
        (("RULE-084", "--from", "2026-01-31T10:00", "--with", "leak"), "FIELD=VALUE"),
    ],
)
def test_what_cannot_be_answered_is_said_with_a_way_out(app: Flask, words: tuple[str, ...], said: str) -> None:
    result = asked(app, *words)
    assert result.exit_code == 1
    assert said in result.stderr


def test_every_rule_that_a_clock_names_is_answered(app: Flask) -> None:
    named = {rule for register in models.registers() for each in (*register.deadlines, *register.plans) for rule in each.rule.split()}
    assert named <= rule_ids()
    for rule in sorted(named):
        assert due(app, rule, "--from", "2026-03-12T09:30")["all"], rule
