"""Who may import whom, what a template may hold, how long a file may be; each message tells the cure."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

HOME = Path(__file__).resolve().parents[1]
FOLDERS = ("models", "services", "views", "commands", "tests", "benchmarks", "migrations")
LONGEST = 400

# For each layer, what it must not import, and what to do instead.
FORBIDDEN: dict[str, tuple[set[str], str]] = {
    "models/core": (
        {"flask", "werkzeug", "wtforms", "flask_admin", "flask_login", "services", "views", "commands", "app", "models"},
        "models/core is the grammar: it knows neither Flask nor any register. Move what needs them up into services.",
    ),
    "models": (
        {"flask", "werkzeug", "wtforms", "flask_admin", "services", "views", "commands", "app"},
        "A register says what it is. What follows from it belongs in services/reactions.py, how it looks in views.",
    ),
    "services": (
        {"views", "commands", "app", "flask_login", "wtforms", "flask_admin", "flask_wtf"},
        "Services know no page. Give them what they need as arguments; who acts comes from models.core.actor.",
    ),
    "views": ({"commands", "app"}, "Views do not start commands: let both call the same service."),
    "commands": ({"views", "app"}, "Commands show no page: let both call the same service."),
}
REQUEST = {"request", "session", "current_user", "g", "flash", "redirect", "url_for", "render_template"}
ALLOWED = {"models/people.py": {"flask_login"}}  # UserMixin, of which a user needs four properties


def files(folder: str, pattern: str = "*.py") -> Iterator[Path]:
    """The files below a folder, those that are made left out."""
    return (path for path in sorted((HOME / folder).rglob(pattern)) if "__pycache__" not in path.parts)


def imports(path: Path) -> Iterator[tuple[str, str, int]]:
    """Every import of a file as (module, name, line), those inside functions too, those for types alone left out."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    typed = [node for node in ast.walk(tree) if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")]
    skipped = {id(inner) for node in typed for inner in ast.walk(node)}
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.Import):
            yield from ((alias.name, "", node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.module or "", alias.name, node.lineno) for alias in node.names)


def place(path: Path) -> str:
    """The path as a reader of the message opens it."""
    return str(path.relative_to(HOME))


@pytest.mark.parametrize("layer", FORBIDDEN)
def test_imports_run_one_way(layer: str) -> None:
    forbidden, cure = FORBIDDEN[layer]
    wrong = []
    for path in files(layer):
        if layer == "models" and place(path).startswith("models/core"):
            continue
        for module, _name, line in imports(path):
            top = module.partition(".")[0]
            inside = layer == "models/core" and module.startswith("models.core")
            if top in forbidden - ALLOWED.get(place(path), set()) and not inside:
                wrong.append(f"{place(path)}:{line} imports {module}. {cure}")
    assert not wrong, "\n".join(wrong)


def test_the_request_is_known_in_views_alone() -> None:
    wrong = [
        f"{place(path)}:{line} takes {name} from {module}: below views, who acts comes from models.core.actor, the rest as an argument."
        for folder in ("models", "services", "commands")
        for path in files(folder)
        for module, name, line in imports(path)
        if (module in ("flask", "flask_login") and name in REQUEST)
    ]
    assert not wrong, "\n".join(wrong)


def test_nobody_imports_the_application_but_the_tests() -> None:
    wrong = [
        f"{place(path)}:{line} imports app: it is wiring only. Ask for what you need as an argument."
        for folder in ("models", "services", "views", "commands")
        for path in files(folder)
        for module, _name, line in imports(path)
        if module == "app"
    ]
    assert not wrong, "\n".join(wrong)


def test_no_file_is_longer_than_four_hundred_lines() -> None:
    paths = [HOME / "app.py", *(path for folder in (*FOLDERS, "static", "templates") for path in files(folder, "*.*"))]
    wrong = []
    for path in paths:
        if path.suffix not in (".py", ".js", ".css", ".html") or "migrations/versions" in str(path):
            continue
        count = len(path.read_text(encoding="utf-8").splitlines())
        if count >= LONGEST:
            wrong.append(f"{place(path)} has {count} lines: it wants a second noun.")
    assert not wrong, "\n".join(wrong)


def test_nothing_is_called_utils_helpers_or_manager() -> None:
    wrong = [place(path) for folder in FOLDERS for path in files(folder) if re.search(r"util|helper|manager|misc|common", path.stem)]
    assert not wrong, f"Name the file after what it is about: {wrong}"


# Templates -------------------------------------------------------------------------------

# Papers are no pages: their words are handed over in pairs, and what sets them obeys no policy.
TEMPLATES = [path for path in files("templates", "*") if path.is_file() and path.parent.name != "print"]
JINJA = re.compile(r"{#.*?#}|{%.*?%}|{{.*?}}", re.S)
INLINE = re.compile(r"<style\b|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:|<script\b(?![^>]*\bsrc=)(?![^>]*\bnonce=)[^>]*>", re.I)
SPOKEN = ("title", "alt", "aria-label", "placeholder", "data-confirm", "label")
LETTERS = re.compile(r"[A-Za-z]{2,}|[\u4e00-\u9fff]")
MARKUP = re.compile(r"[\w-]+=\"[^\"]*\"|\b(required|readonly|fixed)\b|&\w+;")  # what macros and blocks write into a tag
# What is the same in every language: languages by their own names, keys of the keyboard, kinds of files.
NAMES = {"中", "文", "English", "EN", "PDF", "Excel", "CSV", "QR", "Esc", "Enter", "Ctrl"}


@pytest.mark.parametrize("path", TEMPLATES, ids=place)
def test_a_template_holds_no_style_script_or_handler_of_its_own(path: Path) -> None:
    content = re.sub(r"{#.*?#}", "", path.read_text(encoding="utf-8"), flags=re.S)
    found = [match.group() for match in INLINE.finditer(content)]
    assert not found, f"{place(path)}: {found}. Put style in static/css and script in static/js; the policy of the pages blocks it here."


@pytest.mark.parametrize("path", [path for path in TEMPLATES if path.suffix == ".html"], ids=place)
def test_every_word_in_a_template_is_a_message(path: Path) -> None:
    content = re.sub(r"<(script|style)\b.*?</\1>", "", path.read_text(encoding="utf-8"), flags=re.S)
    plain = JINJA.sub(lambda match: "\x00" * match.group().count("\n") + " ", content)
    attributes = re.findall(rf"\b(?:{'|'.join(SPOKEN)})=\"([^\"]*)\"", plain)
    texts = [*re.sub(r"<[^>]*>", "\n", plain).split("\n"), *attributes]
    texts = [MARKUP.sub("", text).strip() for text in texts]
    wrong = sorted({text for text in texts if set(LETTERS.findall(text)) - NAMES})
    assert not wrong, f'{place(path)}: {wrong}. Write {{{{ _("…") }}}} instead, and fill both catalogues.'


def test_a_register_has_neither_view_nor_template_of_its_own() -> None:
    import models

    keys = {register.key for register in models.registers()}
    wrong = [place(path) for folder in ("views", "templates") for path in files(folder, "*.*") if path.stem in keys]
    assert not wrong, f"What a register needs is said in its declaration: {wrong}"
