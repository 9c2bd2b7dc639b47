"""The rule book: every rule of the documents is kept by something, a test proves it, and everybody can read both."""

from __future__ import annotations

import ast
import importlib
import json
import pkgutil
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask import Flask

import models
from models.core import documents
from models.core.access import granted
from models.core.fields import Field
from models.core.message import Message
from models.core.rulebook import WAYS, Conduct, columns
from services.rulebook import book as shelf
from services.rulebook.book import JUDGED, Rule, book
from services.rulebook.gathering import HOME, Keeper, functions, keepers
from services.rulebook.proofs import proofs
from services.rulebook.wording import placed
from tests.make import make
from tests.matrix import ROLES
from tests.office import Office
from tests.test_languages import foreign
from tests.walk import said

pytestmark = pytest.mark.one_database
HOW_MANY = 192


def page(office: Office, path: str = "/rules/", role: str = "auditor", language: str = "zh") -> BeautifulSoup:
    """A page as it is read."""
    answer = office.client_as(role, language).get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return BeautifulSoup(said(answer), "html.parser")


def listed(soup: BeautifulSoup) -> list[str]:
    """The ids of the rules on the page, in their order."""
    return [str(line["id"]) for line in soup.select(".rulebook li")]


# What keeps them -------------------------------------------------------------------------


def test_the_book_holds_every_rule_of_the_documents_once() -> None:
    ids = [each.id for each in book()]
    assert ids == [f"RULE-{number:03}" for number in range(1, HOW_MANY + 1)]
    assert {each.letter for each in book()} == set("ABCDEFGHIJKLMNO")
    assert all(each.clause and each.text for each in book())


def test_every_rule_is_kept_by_something() -> None:
    alone = [f"{each.id} ({each.clause}): {each.text.text}" for each in book() if not each.kept]
    assert not alone, "Nothing names these; put `rule=` or `keeps` on what keeps them:\n" + "\n".join(alone)


def test_every_rule_is_proved_by_a_test_that_exists() -> None:
    wrong = []
    for each in book():
        path, _colons, name = each.test.partition("::")
        if not each.test or name not in functions_of(HOME / path):
            wrong.append(f"{each.id}, kept by {each.how or 'nothing'} {each.where}: {each.test or 'no test'}")
    assert not wrong, 'Mark the test that fails when the rule is not kept, `@pytest.mark.rule("RULE-…")`:\n' + "\n".join(wrong)


def functions_of(path: Path) -> set[str]:
    """The names of the test functions of a file."""
    return {node.name for node in ast.parse(path.read_text(encoding="utf-8")).body if isinstance(node, ast.FunctionDef)}


def test_words_keep_only_what_no_program_can_judge() -> None:
    assert not [(each.id, each.kind) for each in book() if each.how == "text" and each.kind in JUDGED]
    spoken = [(register.key, each.rule) for register in models.registers() for each in register.conduct]
    assert not [each for each in spoken if documents.rules()[each[1]]["kind"] in JUDGED]


def test_whatever_keeps_a_rule_names_one_of_the_documents() -> None:
    known = documents.rule_ids()
    assert not {rule: [each.where for each in kept] for rule, kept in keepers().items() if rule not in known}
    assert not {rule: tests for rule, tests in proofs().items() if rule not in known}


def test_everything_that_keeps_a_rule_stands_where_the_book_says() -> None:
    lost = [(each.rule, each.where) for kept in keepers().values() for each in kept if each.how not in WAYS or not stands(each.where)]
    assert not lost, lost


def stands(where: str) -> bool:
    """Whether there is such a thing: a function of a module, or what a register declares under that name."""
    head, _dot, rest = where.partition(".")
    if head in ("models", "services"):
        try:
            return pkgutil.resolve_name(where) is not None
        except (ImportError, AttributeError):
            return False
    register = models.register(head)
    name, _dot, column = rest.partition(".")
    fields = register.fields()
    if column:
        return name in fields and column in {each.key for each in columns(fields[name])}
    declared = (*register.transitions, *register.slots, *register.deadlines, *register.tells, *register.plans, *register.prints)
    names = {
        "about",
        "access",
        "conduct",
        *fields,
        *(each.name for each in declared),
        *(name for name, _what, _label in functions(register)),
    }
    return name in names


@pytest.mark.parametrize(
    ("kind", "ways", "how"),
    [
        ("deadline", ("block", "field", "clock"), "clock"),
        ("ratio", ("plan", "report"), "report"),
        ("periodic", ("report", "plan"), "plan"),
        ("escalation", ("block", "must-tell"), "must-tell"),
        ("duty", ("field", "clock", "plan", "check", "block"), "block"),
        ("duty", ("text", "field", "report", "clock"), "clock"),
        ("deadline", ("field", "check"), "check"),
    ],
)
def test_where_several_things_keep_a_rule_its_kind_says_which_counts(
    monkeypatch: pytest.MonkeyPatch, kind: str, ways: tuple[str, ...], how: str
) -> None:
    kept = tuple(Keeper("RULE-001", each, f"complaint.{each}") for each in ways)
    monkeypatch.setattr(shelf, "keepers", lambda: {"RULE-001": kept})
    found = shelf._rule(documents.rules()["RULE-001"] | {"kind": kind})
    assert found.how == how
    assert {each.how for each in found.kept[1:]} == set(ways) - {how}


def test_what_was_written_for_a_rule_counts_before_what_a_form_declares_besides(monkeypatch: pytest.MonkeyPatch) -> None:
    register = models.register("complaint")
    kept = (
        Keeper("RULE-001", "block", "services.reactions.complaints.open_handling_form", register),
        Keeper("RULE-001", "block", "complaint.close", register),
        Keeper("RULE-001", "block", "models.complaints.closing._reviewed", register),
    )
    monkeypatch.setattr(shelf, "keepers", lambda: {"RULE-001": kept})
    found = shelf._rule(documents.rules()["RULE-001"])
    assert [each.where.partition(".")[0] for each in found.kept] == ["models", "complaint", "services"]


def test_what_comes_from_the_laboratory_alone_says_so() -> None:
    marked = {each.id for each in book() if each.from_laboratory}
    assert {"RULE-189", "RULE-190", "RULE-191", "RULE-192", "RULE-052"} <= marked
    assert not {"RULE-001", "RULE-042", "RULE-079"} & marked  # other documents say it too


def test_a_share_before_a_word_is_no_placeholder() -> None:
    assert placed("visits ≥ 5% of all homes") == ("visits ≥ {share} of all homes", {"share": "5%"})
    assert placed("rate ≥ 90%") == ("rate ≥ 90%", {})
    assert "5% of occupied" in next(each for each in book() if each.id == "RULE-097").text.say("en")


# The command -----------------------------------------------------------------------------


def test_the_command_lists_every_rule_as_json(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["rules", "--json"])
    found = json.loads(result.stdout)
    assert [each["id"] for each in found] == [each.id for each in book()]
    assert all(list(each) == ["id", "how", "where", "clause", "test", "also"] for each in found)
    assert {each["how"] for each in found} <= {*WAYS, ""}
    assert result.exit_code == (1 if any(each.amiss for each in book()) else 0)


def test_the_command_says_what_is_amiss(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    first = book()[0]
    orphan = Rule(first.id, first.letter, first.section, first.kind, first.text, first.clause, ())
    unproved = Rule("RULE-002", "A", first.section, "duty", first.text, first.clause, (Keeper("RULE-002", "field", "complaint.house"),))
    monkeypatch.setattr(shelf, "proof", lambda rule, how: "tests/test_nothing.py::test_gone" if rule == "RULE-002" else "")
    monkeypatch.setattr(importlib.import_module("commands.rules"), "book", lambda: (orphan, unproved))
    runner = app.test_cli_runner()
    result = runner.invoke(args=["rules", "--missing"], env={"LANG": "zh_CN.UTF-8", "LC_ALL": ""})
    assert result.exit_code == 1
    assert "尚未落实" in result.stdout
    assert "没有测试证明" in result.stdout
    listed = json.loads(runner.invoke(args=["rules", "--json"]).stdout)
    assert [(each["id"], each["how"], each["where"]) for each in listed] == [("RULE-001", "", ""), ("RULE-002", "field", "complaint.house")]


# The pages -------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_shows_every_rule_with_its_sentence_and_clause(office: Office, language: str) -> None:
    soup = page(office, language=language)
    assert listed(soup) == [each.id for each in book()]
    for each, line in zip(book(), soup.select(".rulebook li"), strict=True):
        text = line.get_text(" ", strip=True)
        assert each.text.say(language) in text
        assert each.clause in text
    words = {each.text.say("zh") for each in book()}
    assert len(words) == HOW_MANY
    assert not words & {each.text.say("en") for each in book()}


@pytest.mark.usefixtures("no_margin")
def test_the_page_says_it_in_chinese_to_a_reader_of_chinese(office: Office) -> None:
    page = said(office.client_as("auditor").get("/rules/")).replace("auditor", " ")  # the name of the account
    assert not foreign(page, "zh")


@pytest.mark.parametrize("role", ROLES)
def test_every_role_reads_it_and_is_led_only_to_books_that_it_may_open(office: Office, role: str) -> None:
    soup = page(office, role=role)
    assert len(listed(soup)) == HOW_MANY
    addresses = {str(link["href"]).partition("#")[0] for link in soup.select(".rulebook .kept a")}
    open_to_it = {f"/register/{each.key}/" for each in models.registers() if granted(each, "read", role)}
    assert {each for each in addresses if each.startswith("/register/")} <= open_to_it
    browser = office.client_as(role)
    for address in addresses - open_to_it:
        assert browser.get(address).status_code == 200, address


def test_it_is_narrowed_by_section_by_way_and_by_words(office: Office) -> None:
    keys = [each.id for each in book() if each.letter == "J"]
    assert listed(page(office, "/rules/?section=J")) == keys
    assert listed(page(office, "/rules/?how=clock")) == [each.id for each in book() if each.how == "clock"]
    assert listed(page(office, "/rules/?search=rule-050")) == ["RULE-050"]
    assert "RULE-050" in listed(page(office, "/rules/?search=上门拜访"))
    assert "RULE-122" in listed(page(office, "/rules/?section=J&search=KY 4.3.4", language="en"))
    assert page(office, "/rules/?search=没有的字").select_one(".empty") is not None
    browser = office.client_as("auditor")
    assert {browser.get(f"/rules/?{wrong}").status_code for wrong in ("how=magic", "section=Z")} == {400}


def test_a_setting_stands_beside_the_rule_on_which_it_bears(office: Office) -> None:
    line = page(office, language="en").select_one("#RULE-059")
    assert line is not None
    text = line.get_text(" ", strip=True)
    assert "At once" in text
    assert "15 minutes" in text
    assert "C-08" in text
    assert "default of the product" in text


def test_a_clause_of_a_record_leads_to_the_rule_that_is_kept_there(office: Office) -> None:
    with office.acting_as("console") as session:
        row = make(session, models.register("complaint"))
        session.flush()
        record = row.id
    soup = page(office, f"/register/complaint/{record}/", "cs_supervisor")
    assert soup.select_one('.margin .ref a[href="/rules/#RULE-031"]') is not None


def test_a_step_shows_its_clause_on_its_form(office: Office) -> None:
    with office.acting_as("console") as session:
        row = make(session, models.register("complaint"))
        session.flush()
        record = row.id
    soup = page(office, f"/register/complaint/{record}/step/contact/", "front_desk")
    mark = soup.select_one("h1 .mark")
    assert mark is not None
    assert "S1 4.4.1" in soup.select_one(f"#clause-{mark['data-clause']}").get_text()  # type: ignore[union-attr]


def test_conduct_is_shown_on_the_form_and_the_record_with_its_clause(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    register = models.register("complaint")
    monkeypatch.setattr(register, "conduct", (Conduct("RULE-020", Message(documents.rules()["RULE-020"]["rule"])),))
    with office.acting_as("console") as session:
        row = make(session, register)
        session.flush()
        record = row.id
    for path in ("/register/complaint/new/", f"/register/complaint/{record}/"):
        note = page(office, path, "front_desk").select_one(".conduct li")
        assert note is not None
        assert "不得为难住户或乘机索取好处" in note.get_text()
        assert "S2 篇一 一.5" in note.get_text()
        assert note.select_one('a[href="/rules/#RULE-020"]') is not None


def test_a_table_in_a_form_keeps_the_rules_of_its_columns() -> None:
    from views.pages import rules_at

    class Lines:
        columns = {"one": Field(kind="line", label=Message("One"), rule="RULE-002"), "two": Field(kind="line", label=Message("Two"))}

    table = Field(kind="grid", label=Message("Table"), rule="RULE-001", lines=Lines)  # type: ignore[arg-type]
    assert rules_at(table) == "RULE-001 RULE-002"
