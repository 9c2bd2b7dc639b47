"""How Chinese titles are read, so that a register is found by typing its pinyin or its initials.

`python -m services.readings` writes the readings of all titles into `translations/readings.json`; it is part of
`make i18n`. A server reads that file: the dictionary behind it takes half a second and some sixty megabytes to load.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache

from models.core.message import CATALOGUES

FILE = CATALOGUES / "readings.json"


@dataclass(frozen=True, slots=True)
class Reading:
    """A title as it is found by typing: its pinyin and its initials."""

    pinyin: str
    initials: str


@cache
def reading(title: str) -> Reading:
    """客户投诉记录表 → kehutousujilubiao, khtsjlb; a title that is not in the file yet is looked up."""
    kept = _kept().get(title)
    return Reading(*kept) if kept else look_up(title)


@cache
def _kept() -> dict[str, list[str]]:
    return dict(json.loads(FILE.read_text("utf-8"))) if FILE.exists() else {}


def look_up(title: str) -> Reading:
    """The reading of a title by the dictionary."""
    from pypinyin import Style, lazy_pinyin

    return Reading("".join(lazy_pinyin(title)), "".join(lazy_pinyin(title, style=Style.FIRST_LETTER)))


def main() -> None:
    """Write the readings of the titles of all registers."""
    import models

    titles = sorted({register.about.title.say("zh") for register in models.registers()})
    found = {title: [said.pinyin, said.initials] for title in titles for said in [look_up(title)]}
    FILE.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
