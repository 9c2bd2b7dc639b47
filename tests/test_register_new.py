"""A register is put on the shelf from an office's ledger or from answers, and passes every test of the house; or nothing is left behind.

Each command runs in a copy of the checkout, with its own interpreter and packages.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from importlib.util import cache_from_source
from pathlib import Path

import openpyxl
import pytest

from app import create_app
from services.drafting.landing import Change, NotWritten, land
from services.settings import Settings

HOUSE = Path(__file__).resolve().parents[1]
HEADINGS = (
    "序号",
    "进场日期",
    "姓名",
    "联系电话",
    "施工单位",
    "房号",
    "工种",
    "人数",
    "押金(元)",
    "是否办证",
    "离场时间",
    "情况说明",
    "登记人",
)
KINDS = ("day", "person", "phone", "line", "house", "pick", "count", "money", "tick", "moment", "text", "staff")  # but for the first
NAMES = ("王建国", "李志强", "张海涛", "刘文静", "陈国华", "杨佳怡", "赵晓燕", "黄秀英", "周桂兰", "吴敏", "徐磊", "孙洋")
PHONE = "138025647"
TRADES = ("木工", "电工", "油漆工")
FROM_LEDGER = (
    "--chapter",
    "duty",
    "--key",
    "fit_out_worker",
    "--zh",
    "装修施工人员登记表",
    "--en",
    "Fit-out worker register",
    "--clause",
    "S2 篇六 三.1",
)


def ledger(path: Path, rows: int = 36) -> Path:
    """A ledger as a gate keeps it, with a title above its headings; every value is made up."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["某花园装修施工人员登记表"])
    sheet.append(["单位：某服务中心"])
    sheet.append(HEADINGS)
    for n in range(rows):
        day = date(2026, 1, 5) + timedelta(days=n)
        left = datetime(2026, 1, 5, 17, 40) + timedelta(days=n) if n % 3 else None
        told = "\n".join(("材料已堆放整齐。", "提醒不得占用消防通道。")) if n % 4 == 0 else "正常"
        sheet.append(
            [n + 1, day, NAMES[n % 12], f"{PHONE}{10 + n}", f"第{n + 1}装饰公司", f"{n % 5 + 1}栋{n + 101}", TRADES[n % 3], n % 4 + 1,
             200.5, "是" if n % 2 else "否", left, told, "何静"]
        )  # fmt: skip
    book.save(path)
    return path


# What a person types who makes a register by answering, with answers in between that cannot be taken.
ABOUT = (
    "nowhere else",
    "contact",
    "Parcels",
    "快递代收登记本",
    "Parcel register",
    "Parcel!",
    "complaint",
    "parcel",
    "because",
    "S1 4.2.2",
)
FIRST_FIELD = ("收件人", "", "writing", "person", "y", "y")
SECOND_FIELD = ("收件人", "状态", "快递公司", "Courier company", "line", "maybe", "n", "y", "")
# What is run whole beside the tests of the one register; of how the house is built, what is asked of models/.
BUILT = "(test_architecture and (models or lines or of_its_own))"
WHOLE = ("test_declarations", "test_migrations", "test_readings", BUILT, "every_message", "chinese_is_said", "english_says")
STRAY = """
from sqlalchemy import Column, Integer, Table

from models.core.base import Base

STRAY = Table("stray", Base.metadata, Column("id", Integer, primary_key=True))
"""


class Checkout:
    """A copy of the checkout in which commands are run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.before = self.after = self.state()

    def run(self, *words: object, typed: str = "") -> subprocess.CompletedProcess[str]:
        """A Python program in the copy."""
        environment = {**os.environ, "TAIZHANG_INSTANCE": str(self.folder / "instance"), "DATABASE_URL": "", "LC_ALL": "en_GB.UTF-8"}
        environment = {name: value for name, value in environment.items() if not name.startswith("PYTEST_")}
        command = [sys.executable, *map(str, words)]
        return subprocess.run(command, cwd=self.folder, env=environment, input=typed, capture_output=True, text=True, check=False)

    def new(self, *words: object, typed: str = "", status: int = 0) -> subprocess.CompletedProcess[str]:
        """`flask register new`, which ends with `status`."""
        done = self.run("-m", "flask", "--app", "app", "register", "new", *words, typed=typed)
        assert done.returncode == status, f"{done.stdout}\n{done.stderr}"
        return done

    def test(self, keys: Sequence[str], *paths: str) -> None:
        """Run tests of the house for registers: all for the first, those that move records for the others."""
        first, *others = keys
        chosen = " or ".join((first, *WHOLE, *(f"({each} and test_every_transition)" for each in others)))
        done = self.run("-m", "pytest", "-n", "0", "-v", "-x", "--database", "sqlite", "-p", "no:cacheprovider", *paths, "-k", chosen)
        assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
        assert all(f"-{key}" in done.stdout for key in keys), "No test of the house was run for a register."

    def state(self) -> dict[str, bytes]:
        """Every file of the copy that a command might touch."""
        folders = ("models", "translations", "migrations", "tests", "services", "commands")
        paths = (path for each in folders for path in (self.folder / each).rglob("*") if path.is_file() and "__pycache__" not in path.parts)
        return {str(path.relative_to(self.folder)): path.read_bytes() for path in paths}


def copied(target: Path) -> Checkout:
    """A copy of what is kept in the checkout, with the compiled files, catalogues and fonts that were made for it."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=HOUSE, capture_output=True, text=True, check=True
    )
    named = {Path(name) for name in listed.stdout.split("\0") if name}
    named |= {path.relative_to(HOUSE) for path in (HOUSE / "translations").rglob("*.mo")}
    named |= {Path(cache_from_source(str(name))) for name in named if name.suffix == ".py"}
    for name in named:
        if (HOUSE / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(HOUSE / name, target / name)  # with its time, by which a compiled file knows its source
    (target / "build").symlink_to(HOUSE / "build")
    return Checkout(target)


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """A copy of its own for one test."""
    return copied(tmp_path / "house")


@pytest.fixture(scope="module")
def shelved(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    """A copy in which a register was made from a ledger."""
    house = copied(tmp_path_factory.mktemp("shelved") / "house")
    house.new("--from", ledger(house.folder.parent / "施工人员.xlsx"), *FROM_LEDGER, "--yes")
    house.after = house.state()
    yield house


@pytest.fixture(scope="module")
def second(shelved: Checkout) -> Checkout:
    """The same copy, in which a second register was made from answers, in a chapter of its own."""
    answers = shelved.folder.parent / "answers.json"
    fields = [
        {"zh": "物品名称", "kind": "line"},
        {"zh": "数量", "kind": "count"},
        {"zh": "类别", "kind": "pick", "words": ["工具", "材料"]},
    ]
    answers.write_text(json.dumps({"fields": fields, "states": ["待取", "已取走"], "steps": ["取走"], "read": "desk"}), "utf-8")
    titles = ("--chapter", "parcel", "--chapter-zh", "代收", "--chapter-en", "Left for others", "--key", "left_article")
    shelved.new(*titles, "--zh", "代收物品登记本", "--en", "Left article register", "--clause", "§ 4.2", "--answers", answers, "--yes")
    return shelved


@pytest.fixture(scope="module")
def complaints(second: Checkout) -> str:
    """What was said while a third register was made in the same copy by a person who answers as persons do."""
    typed = (*ABOUT, *FIRST_FIELD, *SECOND_FIELD, "", "everybody", "staff", "desk", "y")
    return second.new("--lang", "en", typed="\n".join(typed) + "\n").stderr


def test_a_ledger_becomes_a_register_whose_fields_have_the_kinds_of_its_columns(shelved: Checkout) -> None:
    done = shelved.run("-m", "flask", "--app", "app", "registers", "--json")
    found = next(each for each in json.loads(done.stdout) if each["key"] == "fit_out_worker")
    kinds = {field["label"]["zh"]: field["kind"] for field in found["fields"]}
    assert tuple(kinds[each.partition("(")[0]] for each in HEADINGS[1:]) == KINDS
    assert found["chapter"] == "duty" and found["spec"] == []
    required = {field["label"]["zh"] for field in found["fields"] if field["required"]}
    assert "进场日期" in required and "离场时间" not in required


def test_no_value_of_the_ledger_is_written_but_the_words_of_its_closed_list(shelved: Checkout) -> None:
    after = {name: content for name, content in shelved.after.items() if not name.endswith(".mo")}
    lines = {
        name: set(content.decode().splitlines()) - set(shelved.before.get(name, b"").decode().splitlines())
        for name, content in after.items()
    }
    written = {name: "\n".join(sorted(new)) for name, new in lines.items() if new}
    assert {Path(name).suffix for name in written} == {".py", ".po", ".json"} and "models/duty/fit_out_worker.py" in written
    for secret in (PHONE, "装饰公司", "材料已堆放整齐", "某服务中心", "何静", *NAMES):
        assert not [name for name, new in written.items() if secret in new], secret
    catalogue = written["translations/zh_Hans_CN/LC_MESSAGES/messages.po"]
    assert all(f'msgstr "{trade}"' in catalogue for trade in TRADES)


def test_what_was_written_passes_the_tests_of_the_house(second: Checkout, complaints: str) -> None:
    second.test(
        ("fit_out_worker", "left_article", "parcel"),
        "tests/test_declarations.py", "tests/test_migrations.py", "tests/test_every_register.py",
        "tests/test_every_transition.py", "tests/test_every_route.py", "tests/test_scope.py", "tests/test_seeding.py",
        "tests/test_languages.py", "tests/test_readings.py", "tests/test_architecture.py",
    )  # fmt: skip


def test_what_was_written_is_clean(second: Checkout, complaints: str) -> None:
    written = ("models/__init__.py", "models/duty", "models/parcel", "models/contact", "tests/matrix")
    done = second.run("-m", "ruff", "check", *written)
    assert done.returncode == 0, done.stdout
    made = ("models/duty/fit_out_worker.py", "models/parcel/left_article.py", "models/contact/parcel.py")
    done = second.run("-m", "ruff", "format", "--check", *made)
    assert done.returncode == 0, second.run("-m", "ruff", "format", "--diff", *made).stdout


def test_the_ledger_itself_is_then_taken_over_row_by_row(shelved: Checkout) -> None:
    shelved.run(
        "-m",
        "flask",
        "--app",
        "app",
        "init",
        "--company",
        "某物业",
        "--site",
        "JX",
        "--site-name",
        "某花园",
        "--admin",
        "boss",
        "--admin-name",
        "张三",
    )
    file = shelved.folder.parent / "施工人员.xlsx"
    done = shelved.run("-m", "flask", "--app", "app", "import", "fit_out_worker", file, "--site", "JX", "--json")
    taken = json.loads(done.stdout)
    assert (taken["added"], taken["refused"], taken["unknown_columns"]) == (36, 0, ["序号"])


def test_the_second_register_is_numbered_behind_the_first_and_may_open_a_chapter(second: Checkout, complaints: str) -> None:
    before = [int(Path(name).name[:4]) for name in second.before if name.startswith("migrations/versions/0")]
    after = sorted(int(path.name[:4]) for path in (second.folder / "migrations/versions").glob("0*.py"))
    assert after == list(range(1, max(before) + 4))
    assert (second.folder / "models/parcel/left_article.py").exists()


def test_questions_are_put_again_until_their_answers_can_be_taken(second: Checkout, complaints: str) -> None:
    for complaint in (
        "“Parcels” is no Chinese label",
        "“complaint” is taken",
        "Cite the clause",
        "no kind of field",
        "stands there twice",
        "y or n",
        "neither a role",
    ):
        assert complaint in complaints, complaint
    declaration = (second.folder / "models/contact/parcel.py").read_text("utf-8")
    assert 'Mapped[str] = fields.person(_("' in declaration and 'fields.line(_("Courier company")' in declaration


def test_answers_are_saved_to_be_corrected_and_count_before_what_was_guessed(checkout: Checkout) -> None:
    file, saved = ledger(checkout.folder.parent / "施工人员.xlsx"), checkout.folder.parent / "answers.json"
    before = checkout.state()
    checkout.new("--from", file, *FROM_LEDGER, "--yes", "--save-answers", saved)
    assert checkout.state() == before
    answers = json.loads(saved.read_text("utf-8"))
    by_heading = {each.get("heading"): each for each in answers["fields"]}
    by_heading["施工单位"] |= {"en": "Contractor of the fit-out", "key": "contractor"}
    by_heading["押金(元)"]["leave_out"] = True
    saved.write_text(json.dumps(answers, ensure_ascii=False), "utf-8")
    shown = checkout.new("--from", file, "--answers", saved, "--yes", "--dry-run").stdout
    assert '+    contractor: Mapped[str] = fields.line(_("Contractor of the fit-out")' in shown
    assert "fields.money" not in shown and "create_table('fit_out_worker'" in shown
    assert checkout.state() == before


@pytest.mark.parametrize(
    ("over", "said"),
    [
        (("--key", "complaint"), "taken"),
        (("--key", "order"), "taken"),
        (("--en", "Complaint record"), "catalogue"),
        (("--chapter", "nowhere"), "--chapter-zh"),
        (("--clause", "because"), "Cite"),
        (("--enter", "boss"), "neither a role nor a group"),
        (("--from", str(HOUSE / "docs/pictures/list-en.png")), "workbook"),
        (("--answers", __file__), "cannot be read"),
    ],
    ids=lambda part: " ".join(map(str, part)).rpartition("/")[2] if isinstance(part, tuple) else None,
)
def test_what_cannot_be_is_refused_with_a_sentence(settings: Settings, tmp_path: Path, over: tuple[str, ...], said: str) -> None:
    titles = ("--key", "second_list", "--zh", "第二份登记表", "--en", "Second list")
    words = ("register", "new", "--from", ledger(tmp_path / "a.xlsx"), *FROM_LEDGER, *titles, *over, "--yes", "--dry-run")
    done = create_app(settings).test_cli_runner().invoke(args=[str(word) for word in words], env={"LC_ALL": "en_GB.UTF-8"})
    assert done.exit_code == 1 and said in done.stderr, done.output


def test_what_others_have_not_finished_stops_it_and_nothing_is_left_behind(checkout: Checkout) -> None:
    face = checkout.folder / "models/duty/__init__.py"
    face.write_text(face.read_text("utf-8") + STRAY, "utf-8")
    before = checkout.state()
    done = checkout.new("--from", ledger(checkout.folder.parent / "a.xlsx"), *FROM_LEDGER, "--yes", status=1)
    assert "without a migration: stray." in done.stderr
    assert checkout.state() == before


def test_an_error_half_way_puts_everything_back(tmp_path: Path) -> None:
    (tmp_path / "old.txt").write_bytes(b"old")
    (tmp_path / "barred").write_bytes(b"a file where a folder should be")
    changes = [
        Change("old.txt", b"old", b"new"),
        Change("chapter/new.txt", None, b"new"),
        Change("barred/never.txt", None, b"new"),
    ]
    with pytest.raises(NotWritten):
        land(changes, tmp_path)
    assert (tmp_path / "old.txt").read_bytes() == b"old" and not (tmp_path / "chapter").exists()
    (tmp_path / "old.txt").write_bytes(b"somebody was faster")
    with pytest.raises(NotWritten):
        land(changes[:1], tmp_path)
    assert (tmp_path / "old.txt").read_bytes() == b"somebody was faster"
