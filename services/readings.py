"""How Chinese titles are read, so that a register is found by typing its pinyin or its initials.

`python -m services.readings` writes the readings of all titles into `translations/readings.json`; it is part of
`make i18n`. A server reads that file: the dictionary behind it takes half a second and some sixty megabytes to load.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from models.core.message import CATALOGUES

FILE = CATALOGUES / "readings.json"


@dataclass(frozen=True, slots=True)
class Reading:
    """How a title is spoken: one syllable for each of its characters; what is no Chinese character stands for itself."""

    syllables: tuple[str, ...]

    def __str__(self) -> str:
        return " ".join(self.syllables)


@cache
def reading(title: str) -> Reading:
    """钥匙借用 → yao shi jie yong; a title that is not in the file yet is looked up."""
    kept = _kept().get(title)
    return Reading(tuple(kept.split(" "))) if kept else look_up(title)


@cache
def _kept() -> dict[str, str]:
    return dict(json.loads(FILE.read_text("utf-8"))) if FILE.exists() else {}


def look_up(title: str) -> Reading:
    """The reading of a title by the dictionary, which knows that 调 is diao in 调查."""
    from pypinyin import lazy_pinyin

    one_by_one: Any = list  # what is no Chinese character comes back in runs, which are taken apart
    return Reading(tuple(lazy_pinyin(title.replace(" ", "_").lower(), errors=one_by_one)))


def main() -> None:
    """Write the readings of the titles of all registers."""
    import models

    titles = sorted({register.about.title.say("zh") for register in models.registers()})
    found = {title: str(look_up(title)) for title in titles}
    FILE.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
