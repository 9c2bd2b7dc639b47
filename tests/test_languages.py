"""Two languages: both catalogues are whole, and no page mixes them."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from lxml import html

import models
from services.offices import add_site
from services.rulebook.wording import placed
from tests.make import NAME, make
from tests.office import Office
from tests.walk import said

HOME = Path(__file__).resolve().parents[1]
PLACES = re.compile(r"{[^}]*}")
KEYS = [register.key for register in models.registers()]
pytestmark = pytest.mark.one_database


# Catalogues ------------------------------------------------------------------------------


@cache
def catalogue(name: str) -> Catalog:
    """What is said in one language."""
    with (HOME / "translations" / name / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=name)


@pytest.fixture(scope="module")
def code(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Every message of the code and the templates."""
    path = tmp_path_factory.mktemp("messages") / "messages.pot"
    command = [sys.executable, "-m", "babel.messages.frontend", "-q", "extract", "-F", "pyproject.toml", "-k", "_", "-o", path, "."]
    subprocess.run(command, cwd=HOME, check=True)
    with path.open("rb") as file:
        return {str(message.id) for message in read_po(file) if message.id}


@pytest.mark.parametrize("name", ["zh_Hans_CN", "en"])
def test_every_message_stands_filled_in_both_catalogues(code: set[str], name: str) -> None:
    filled = {message.id for message in catalogue(name) if message.id and message.string and not message.fuzzy}
    assert not code - filled, f"Missing in {name}; `make i18n` gathers them, then say them: {sorted(code - filled)}"
    assert not filled - code, f"Nobody says these any more; `make i18n` takes them out of {name}: {sorted(filled - code)}"


def test_no_message_hides_inside_an_f_string() -> None:
    wrong = []
    for path in (each for folder in ("models", "services", "views", "commands") for each in (HOME / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            calls = [each for each in ast.walk(node) if isinstance(each, ast.Call)] if isinstance(node, ast.JoinedStr) else []
            if any(isinstance(each.func, ast.Name) and each.func.id == "_" for each in calls):
                wrong.append(f"{path.relative_to(HOME)}:{node.lineno}")
    assert not wrong, f"`make i18n` does not find these; name the message before the f-string: {wrong}"


@pytest.mark.parametrize("name", ["zh_Hans_CN", "en"])
def test_the_places_in_a_sentence_are_the_same_in_every_language(name: str) -> None:
    said_of = {message.id: message.string for message in catalogue(name) if message.id}
    wrong = [text for text, told in said_of.items() if sorted(PLACES.findall(text)) != sorted(PLACES.findall(told))]
    assert not wrong, wrong


@pytest.mark.parametrize("name", ["zh_Hans_CN", "en"])
def test_every_catalogue_compiles_with_its_placeholders_checked(name: str) -> None:
    wrong = {str(message.id): [str(each) for each in errors] for message, errors in catalogue(name).check()}
    assert not wrong, f"A sign like % before a letter is taken for a placeholder; say it in words, or let a named place hold it: {wrong}"


def test_what_is_said_of_a_share_would_not_compile_were_it_no_place_of_its_own() -> None:
    bare, held = Catalog(locale="zh_Hans_CN"), Catalog(locale="zh_Hans_CN")
    bare.add("Visits are ≥ 5% of all", "走访不低于 5%")
    held.add(placed("Visits are ≥ 5% of all")[0], "走访不低于 {share}")
    assert [len(list(each.check())) for each in (bare, held)] == [1, 0]


def test_chinese_is_said_in_chinese_with_its_own_punctuation() -> None:
    wrong = {}
    for message in catalogue("zh_Hans_CN"):
        plain = PLACES.sub("", str(message.string))
        halves = re.findall(r"[\u4e00-\u9fff][,;:?!]|[\u4e00-\u9fff]\.(?=\s|$)", plain)
        if message.id and halves:
            wrong[message.id] = message.string
    assert not wrong, wrong


def test_english_says_what_the_code_says() -> None:
    assert not [message.id for message in catalogue("en") if message.id and message.string != message.id]


# Pages -----------------------------------------------------------------------------------

READ_ATTRIBUTES = ("title", "alt", "aria-label", "placeholder", "label", "data-close", "data-discard", "data-found", "data-none")
SAME = {"PDF", "Excel", "CSV", "QR", "PNG", "JPEG", "HEIC", "MB", "xlsx", "xls", "csv", "txt"}
SAME |= {"DA", "English", "EN", "TEST", "OTHER", "Asia", "Shanghai", "Esc", "Ctrl"}
CLAUSE = re.compile(r"\bS\d(\s[A-Z]{2})?|; [A-Z]{2}(?= \d)|\bDA/T\b|\bGB/T\b|\bREG-\d+|\bRULE-\d+")
CLAUSE_IN_CHINESE = re.compile(r"S\d [\u4e00-\u9fff][\u4e00-\u9fff、一-十\d. ]*(?:[,;] [一二三四五六七八九十]+[.\d、-]+)*")
CODE = re.compile(r"\b[A-Z]{2}-[A-Z]+(-\d+)+|\b[0-9a-f]{4,64}\b|\b[\w.-]*_[\w.]*\b|\b[A-Z]-\d+\b|\b[A-Z]+-[A-Z]{2}·[\w·-]+")
ENGLISH = re.compile(r"[A-Za-z]{2,}")
CHINESE = re.compile(r"[\u4e00-\u9fff]+")
# What was entered, and what a help text gives as an example of it.
DATA = (
    r"\d+号事项漏水",
    r"第\d+件：地下车库漏水，请尽快处理。",
    r"值班员王芳",
    r"主管周敏",
    r"员工\d",
    r"控制台",
    r"试验苑服务中心|别处苑服务中心|示例物业|别处的人",
    r"欧\*\*|" + NAME,
    r"身份证 \d{3}[\dX]|身份证 1234",
    r"\d+栋(\d+单元)?\d*",
    r"\d{4}年度|\d+柜-\d+层-\d+盒",
    r"重复登记",
    r"中文|台账",
)
EXAMPLES = re.compile("|".join(f"(?:{each})" for each in DATA))


def spoken(page: str) -> Iterator[str]:
    """Everything on a page that is read or read out."""
    tree = html.document_fromstring(page)
    for gone in tree.xpath("//script | //style | //svg | //time | //code | //body//*[@lang]"):  # words of another language say so
        gone.drop_tree()
    read = " | ".join(("//text()", *(f"//@{name}" for name in READ_ATTRIBUTES)))
    yield from filter(None, (piece.strip() for piece in tree.xpath(read)))


def foreign(page: str, language: str) -> list[str]:
    """What a page says in the other language, data and the short list aside."""
    found = []
    for piece in spoken(page):
        if language == "zh":
            rest = CODE.sub(" ", CLAUSE.sub(" ", piece))
            wrong = set(ENGLISH.findall(rest)) - SAME
        else:
            rest = EXAMPLES.sub(" ", CLAUSE_IN_CHINESE.sub(" ", piece))
            wrong = set(CHINESE.findall(rest)) - {"中"}
        if wrong:
            found.append(f"{sorted(wrong)} in {piece[:80]!r}")
    return list(dict.fromkeys(found))


def pages_of(office: Office, key: str) -> list[str]:
    """Every page of a register that a supervisor comes to, with a record on it that was moved on and corrected."""
    register = models.register(key)
    with office.acting_as("console") as session:
        row = make(session, register)
        void = make(session, register)
        session.flush()
        one, two = row.id, void.id
    office.client_as("cs_supervisor").post(f"/register/{key}/{two}/void/", {"void_reason": "重复登记"})
    home = f"/register/{key}/"
    personal = next((name for name, field in register.fields().items() if field.personal), None)
    filtered = {name: field.choices for name, field in register.fields().items() if field.filtered and field.choices}
    filters = "&".join(f"{name}={next(iter(choices)).value}" for name, choices in filtered.items())
    return [
        home,
        f"{home}?search=没有",
        f"{home}?{filters}",
        f"{home}?view=void",
        f"{home}new/",
        f"{home}{one}/",
        f"{home}{two}/",
        f"{home}{one}/edit/",
        f"{home}{one}/void/",
        f"{home}print/",
        f"{home}import/",
        f"{home}{NOTHING}/",
        *([f"{home}{one}/unmask/{personal}/"] if personal else []),
        *(f"{home}{one}/step/{each.name}/" for each in register.transitions),
    ]


NOTHING = 987654321


@pytest.mark.usefixtures("no_margin")
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("key", KEYS)
def test_no_page_of_a_register_mixes_the_languages(office: Office, key: str, language: str) -> None:
    paths = pages_of(office, key)
    browser = office.client_as("cs_supervisor", language)
    wrong = [f"{path}: {each}" for path in paths for each in foreign(said(browser.get(path, follow_redirects=True)), language)]
    refused = browser.post(f"/register/{key}/new/", {"phone": "12", "quantity": "x"})
    assert refused.status_code in (403, 422)
    wrong += [f"POST new: {each}" for each in foreign(said(refused), language)]
    assert not wrong, "\n".join(dict.fromkeys(wrong))


ROOMS = [
    ("cs_supervisor", ("/", "/account", "/nowhere", "/audit/")),
    ("auditor", ("/", "/audit/", "/register/complaint/")),
    ("project_manager", ("/settings/", "/settings/at_once/", "/settings/coverage/", "/calendar/?year=2026", "/calendar/?year=2027")),
    ("admin", ("/accounts/", "/accounts/new/", "/accounts/1/", "/sites/", "/sites/new/", "/sites/1/", "/audit/")),
    ("admin", ("/calendar/load/", "/calendar/2026-10-10/", "/calendar/?year=2025")),
    (None, ("/login", "/register/complaint/", "/nowhere")),
]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(("role", "paths"), ROOMS, ids=lambda part: part if isinstance(part, str) else None)
def test_no_other_page_mixes_them_either(office: Office, role: str | None, paths: tuple[str, ...], language: str) -> None:
    with office.acting_as("console") as session:
        make(session, models.register("complaint"))
        add_site(session, session.merge(office.site.company), "THIRD", "第三苑" if language == "zh" else "Third", "Third Garden")
    browser = office.client_as(role, language)
    if role is None:
        browser.keep(language=language)
    names = "|".join(sorted(office.accounts, key=len, reverse=True))
    names += "|THIRD|Test Garden|Other Garden|Third Garden|Sample Property"
    wrong = []
    for path in paths:
        page = re.sub(names, " ", said(browser.get(path)))
        wrong += [f"{path}: {each}" for each in foreign(page, language)]
    assert not wrong, "\n".join(dict.fromkeys(wrong))


def test_the_switch_in_the_header_counts_at_once_and_stays(office: Office) -> None:
    browser = office.client_as("front_desk")
    assert '<html lang="zh-CN"' in said(browser.get("/"))
    assert browser.post("/language", {"lang": "en", "next": "/account"}).location == "/account"
    assert '<html lang="en"' in said(browser.get("/"))
    assert browser.post("/language", {"lang": "xx"}).status_code == 302
    assert '<html lang="en"' in said(browser.get("/"))
    stranger = office.client_as(None)
    stranger.post("/language", {"lang": "en", "next": "/login"})
    assert '<html lang="en"' in said(stranger.get("/login"))
