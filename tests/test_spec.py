"""What the documents name stands in the house: every form, every field of it, every term under its own English."""

from __future__ import annotations

import csv
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import models
from models.core.documents import glossary
from models.core.register import Register
from tests.matrix import SPEC

HOUSE = Path(__file__).resolve().parents[1]
DOCUMENTS = HOUSE / "docs" / "spec"
BETWEEN = re.compile(r"[,;，；]\s*(?![^(（]*[)）])")  # a comma inside brackets parts nothing
CHINESE = re.compile(r"[\u4e00-\u9fff]")
HELD = {form: register for register in models.registers() for form in register.about.spec}


@cache
def table(name: str) -> list[dict[str, str]]:
    """The lines of a table of the documents."""
    with (DOCUMENTS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


FORMS = {line["id"]: line for line in table("registers.csv")}


def named(form: str) -> set[str]:
    """The fields that the documents name for a form; what stands wholly in brackets is a remark."""
    pieces = (piece.strip() for piece in BETWEEN.split(FORMS[form]["fields"]))
    return {piece for piece in pieces if piece and not re.fullmatch(r"[(（].*[)）]", piece)}


def unknown(register: type[Register], place: str) -> list[str]:
    """What `place`, where a chapter says that a field stands, names and the register has not."""
    kind, _space, rest = place.partition(" ")
    if kind == "signed" and rest.startswith("by "):
        places = {label.text for label in register.sheet.signed_by} | {slot.label.text for slot in register.slots}
        return [] if rest.removeprefix("by ") in places else [place]
    if kind == "step":
        return [] if register.transition(rest) else [place]
    return [key for key in place.split() if not known(register, key)]


def known(register: type[Register], key: str) -> bool:
    """Whether the register has `key`: a field, one behind a link (`complaint.house`), or a column of a table (`articles.counted`)."""
    head, _dot, column = key.partition(".")
    own = register.fields().get(head)
    if own is not None and own.lines is not None and column:
        return column in own.lines.columns
    try:
        return register.field(key) is not None
    except KeyError:
        return False


@pytest.mark.parametrize("form", HELD)
def test_every_field_that_the_documents_name_is_found_in_the_register(form: str) -> None:
    register, said = HELD[form], SPEC.get(form, {})
    missing, strange = named(form) - set(said), set(said) - named(form)
    assert not missing, f"Say in SPEC of tests/matrix/ where {form} ({register.key}) keeps: {', '.join(sorted(missing))}"
    assert not strange, f"The documents name no such field for {form}: {', '.join(sorted(strange))}"
    nowhere = {word: lost for word, place in said.items() if (lost := unknown(register, place))}
    assert not nowhere, f"{register.key} has no such field, place to sign or step: {nowhere}"
    assert all(said.values()), f"Some fields of {form} are said to stand nowhere: {said}"


def test_the_glossary_has_both_languages_in_every_line_and_no_term_twice() -> None:
    lines = table("glossary.csv")
    wrong = [line for line in lines if not CHINESE.search(line["zh"]) or not line["en"].strip() or CHINESE.search(line["en"])]
    assert not wrong
    twice = [term for term, many in Counter(line["zh"] for line in lines).items() if many > 1]
    assert not twice


def test_no_term_of_the_glossary_bears_the_english_of_another() -> None:
    chinese = {said for terms in glossary().values() for said in terms}
    wrong = {}
    with (HOUSE / "translations" / "zh_Hans_CN" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        messages = read_po(file, locale="zh_Hans_CN")
    for message in messages:
        wanted = glossary().get(str(message.id).lower())
        if wanted and message.string in chinese and message.string not in wanted:
            wrong[message.id] = f"“{message.string}” is another term; the glossary says {sorted(wanted)}"
    assert not wrong, wrong


def test_no_two_forms_of_the_documents_bear_one_title() -> None:
    for language in ("zh", "en"):
        twice = [title for title, many in Counter(line[language] for line in FORMS.values()).items() if many > 1]
        assert not twice


def test_every_form_of_the_documents_stands_on_the_shelf() -> None:
    assert set(HELD) == set(FORMS), f"Nobody keeps {sorted(set(FORMS) - set(HELD))}"
