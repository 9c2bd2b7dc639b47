"""Puts a register's line on the shelf and its row into the table of rights, leaving all else in those files as it stands."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from itertools import takewhile

from models.core.access import ACTIONS, ADMIN, AUDITED, AUDITOR, ROLES, roles
from services.drafting import wording
from services.drafting.declaration import camel
from services.drafting.draft import Draft
from services.drafting.layout import STEP, WIDEST, laid, message, quoted, width

# One letter is one role, in the order of ROLES; see tests/matrix/__init__.py.
LETTERS = dict(zip(ROLES, "FASPEGQUX", strict=True))


class Unlike(ValueError):
    """A file does not look as expected, so nothing can be put into it; says which thing is missing."""


def chapter_face(draft: Draft) -> str:
    """The `__init__.py` of a new chapter."""
    assert draft.chapter_title is not None
    name, said = camel(draft.key), draft.chapter_title
    entry = laid("CHAPTER = Chapter(", [quoted(draft.chapter), message(said.en), f"({name},)"], ")", "")
    imports = sorted(
        (
            f"from models.{draft.chapter}.{draft.key} import {name}",
            "from models.core.chapter import Chapter",
            "from models.core.message import _",
        )
    )
    return "\n".join((f'"""{said.zh}: the books of the office\'s own."""', "", *imports, "", entry, ""))


def with_register(face: str, draft: Draft) -> str:
    """The `__init__.py` of a chapter with the register at the end of its shelf."""
    name, module = camel(draft.key), f"models.{draft.chapter}.{draft.key}"
    chapter = _assigned(face, "CHAPTER")
    if not isinstance(chapter, ast.Call) or len(chapter.args) < 3 or not isinstance(chapter.args[2], ast.Tuple):
        raise Unlike("CHAPTER")
    with_entry = _with_element(face, chapter.args[2], name, chapter)
    return _with_import(with_entry, f"from {module} import {name}", module)


def with_chapter(shelf: str, chapter: str) -> str:
    """`models/__init__.py` with a new chapter at the end of the shelf."""
    row = _assigned(shelf, "CHAPTERS")
    if not isinstance(row, ast.Tuple):
        raise Unlike("CHAPTERS")
    text = _with_element(shelf, row, f"{chapter}.CHAPTER", row)
    node = next((each for each in ast.parse(text).body if isinstance(each, ast.ImportFrom) and each.module == "models"), None)
    if node is None:
        raise Unlike("from models import")
    names = sorted([*(each.name for each in node.names), chapter])
    line = f"from models import {', '.join(names)}"
    start, end = _span(text, node)
    return text[:start] + (line if width(line) <= WIDEST else laid("from models import (", names, ")", "")) + text[end:]


def rights_row(draft: Draft) -> str:
    """The register's row in the table of rights, letter by letter."""
    granted = draft.rights()
    lines = []
    for action in ACTIONS:
        held = roles(granted.get(action, "")) | ({AUDITOR} if action in AUDITED else set())
        lines.append((action, _letters(held)))
    lines += [(name, _letters(roles(draft.enter))) for name in (*(wording.name(step.en) for step in draft.steps), f"sign {draft.writer}")]
    said = "".join(f"{STEP * 2}{quoted(action)}: {quoted(letters)},\n" for action, letters in lines)
    return f"{STEP}{quoted(draft.key)}: {{\n{said}{STEP}}},\n"


def with_rights(table: str, draft: Draft) -> str:
    """The chapter's table of rights with the register's row at its end."""
    found = _assigned(table, "REGISTERS")
    if not isinstance(found, ast.Dict):
        raise Unlike("REGISTERS")
    start, end = _span(table, found)
    before = table[start + 1 : end - 1].rstrip()
    comma = "," if before and not before.endswith(",") else ""
    return f"{table[: start + 1]}{before}{comma}\n{rights_row(draft)}}}{table[end:]}"


def rights_of_new_chapter(draft: Draft) -> str:
    """The table of rights of a chapter that had none."""
    title = draft.chapter_title.zh if draft.chapter_title else draft.chapter
    return f'"""{title}: the books of the office\'s own."""\n\nREGISTERS = {{\n{rights_row(draft)}}}\n'


def _letters(held: frozenset[str] | set[str]) -> str:
    return "".join(letter for role, letter in LETTERS.items() if role in held and role != ADMIN)


def _assigned(text: str, name: str) -> ast.expr | None:
    """What a module assigns to a name."""
    for node in ast.parse(text).body:
        if isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(isinstance(each, ast.Name) and each.id == name for each in targets):
                return node.value
    return None


def _span(text: str, node: ast.AST) -> tuple[int, int]:
    """Where a node begins and ends in the text; the parser counts bytes."""
    lines = text.encode().splitlines(keepends=True)

    def at(line: int, column: int) -> int:
        return len((b"".join(lines[: line - 1]) + lines[line - 1][:column]).decode())

    return at(node.lineno, node.col_offset), at(node.end_lineno, node.end_col_offset)  # type: ignore[attr-defined]


def _said(text: str, node: ast.AST) -> str:
    start, end = _span(text, node)
    return text[start:end]


def _with_element(text: str, row: ast.Tuple, element: str, whole: ast.expr) -> str:
    """The text with one more element in a tuple; what stood on one line and grows too long is laid out anew."""
    start, end = _span(text, whole)
    if "\n" in text[start:end]:
        _first, last = _span(text, row.elts[-1])
        line = text.rfind("\n", 0, last) + 1
        indent = text[line:last][: len(text[line:last]) - len(text[line:last].lstrip())]
        inside = f",\n{indent}{element}" if "\n" in _said(text, row) else f", {element}"
        return text[:last] + inside + text[last:]
    line = text.rfind("\n", 0, start) + 1
    elements = [*(_said(text, each) for each in row.elts), element]
    head = text[line:start]
    if isinstance(whole, ast.Call):
        pieces = [
            *(_said(text, each) for each in whole.args[:2]),
            f"({', '.join(elements)})",
            *(_keyword(text, each) for each in whole.keywords),
        ]
        return text[:line] + _call(f"{head}{_said(text, whole.func)}(", pieces, elements) + text[end:]
    return text[:line] + laid(f"{head}(", elements, ")", "") + text[end:]


def _keyword(text: str, node: ast.keyword) -> str:
    return f"{node.arg}={_said(text, node.value)}"


def _call(head: str, pieces: list[str], elements: Sequence[str]) -> str:
    """A call whose third piece is a tuple that may be too long for a line of its own."""
    if len(STEP + pieces[2]) > 138:
        pieces[2] = f"(\n{''.join(f'{STEP * 2}{each},' + chr(10) for each in elements)}{STEP})"
    return laid(head, pieces, ")", "")


def _with_import(text: str, statement: str, module: str) -> str:
    """The text with one more import among those of its kind, in the order of their modules."""
    above = takewhile(lambda each: isinstance(each, ast.Import | ast.ImportFrom | ast.Expr), ast.parse(text).body)
    imports = [each for each in above if isinstance(each, ast.ImportFrom) and (each.module or "").startswith("models")]
    after = next((each for each in imports if (each.module or "") > module), None)
    if not imports:
        raise Unlike("import")
    place = _span(text, after)[0] if after is not None else _span(text, imports[-1])[1] + 1
    return f"{text[:place]}{statement}\n{text[place:]}"
