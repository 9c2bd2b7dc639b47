"""Puts the messages of a new register into both catalogues, where `make i18n` would put them, and fills them."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from models.core.message import LOCALES

WIDTH = 120


def fill(folder: Path, said: Mapping[str, str], place: str) -> list[Path]:
    """Add the messages of the file `place`, English with Chinese, to the catalogues below `folder`; the files that were written."""
    written = []
    for language, locale in LOCALES.items():
        path = folder / locale / "LC_MESSAGES" / "messages.po"
        with path.open("rb") as file:
            catalogue = read_po(file, locale=locale)
        for english, chinese in said.items():
            _add(catalogue, english, chinese if language == "zh" else english, place)
        text, compiled = BytesIO(), BytesIO()
        write_po(text, catalogue, width=WIDTH, sort_output=True, include_lineno=False)
        write_mo(compiled, catalogue)
        path.write_bytes(text.getvalue())
        path.with_suffix(".mo").write_bytes(compiled.getvalue())
        written += [path, path.with_suffix(".mo")]
    return written


def _add(catalogue: Catalog, english: str, said: str, place: str) -> None:
    """Add one message; one that stands there keeps its text, and is known to stand in one more place."""
    known = catalogue.get(english)
    if known is None:
        catalogue.add(english, said, locations=[(place, 0)])
        return
    known.string = known.string or said
    known.locations = sorted({(file, 0) for file, _line in known.locations} | {(place, 0)})
