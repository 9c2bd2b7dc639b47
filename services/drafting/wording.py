"""Words in two languages: what a Chinese heading is called in English, and whether the catalogues allow a pair of words.

One English message has one Chinese text. So a new label is first looked for among the labels of the registers, then in
the catalogue, then in the glossary of the documents; then it is put together from `words.csv`, and at last spelt in pinyin.
"""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from babel.messages.pofile import read_po
from pypinyin import lazy_pinyin

import models
from models.core.documents import glossary
from models.core.fields import Field
from models.core.message import CATALOGUES, LOCALES, Message, _, language
from services.exchange.workbook import heading_key

WORDS = Path(__file__).with_name("words.csv")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
LATIN = re.compile(r"[A-Za-z]{2,}")
SIGNS = str.maketrans(",;:?!()", "，；：？！（）")
LONGEST = 60
ROOM = 26  # of a name, which stands in the names of indexes besides
BOOKS = frozenset({"register", "log", "record", "ledger", "form", "list", "book", "summary"})
# What stands behind what was done: 检查人 is who inspected, 检查时间 when.
BEHIND = (("日期", "on"), ("时间", "at"), ("人员", "by"), ("人", "by"), ("员", "by"))
APART = (
    ("日期", "{} date"),
    ("时间", "{} time"),
    ("人员", "{} person"),
    ("人", "{} person"),
    ("日", "{} date"),
    ("数量", "number of {}"),
    ("数", "number of {}"),
)


@dataclass(frozen=True, slots=True)
class Said:
    """The same in both languages."""

    zh: str
    en: str

    @classmethod
    def of(cls, message: Message) -> Said:
        """A message that the catalogues have."""
        return cls(message.say("zh"), message.text)

    def __str__(self) -> str:
        return self.zh if language() == "zh" else self.en


class Word(NamedTuple):
    """A word of the trade as a noun, and as what was done; the latter may be empty."""

    noun: str
    done: str


class Wording:
    """The words of the house as they stand now."""

    def __init__(self) -> None:
        self._given: dict[str, str] = {}

    @cached_property
    def said(self) -> dict[str, str]:
        """The Chinese text of every message."""
        with (CATALOGUES / LOCALES["zh"] / "LC_MESSAGES" / "messages.po").open("rb") as file:
            return {str(each.id): str(each.string) for each in read_po(file, locale=LOCALES["zh"]) if each.id and each.string}

    @cached_property
    def fields(self) -> dict[str, Field]:
        """The field that most registers keep under a Chinese heading, by heading; labels count before other headings."""
        kept = [field for register in models.registers() for field in register.fields().values() if field.kind not in ("number", "state")]
        counted = Counter((field.label.say("zh"), field.key, field.kind) for field in kept)
        found: dict[str, Field] = {}
        for field in sorted(kept, key=lambda each: -counted[each.label.say("zh"), each.key, each.kind]):
            found.setdefault(heading_key(field.label.say("zh")), field)
        for field in kept:
            for word in field.known_as:
                found.setdefault(heading_key(word), field)
        return found

    @cached_property
    def _shared(self) -> dict[str, str]:
        """The key that registers of more than one chapter give to a label, by label."""
        kept: dict[tuple[str, str], set[str]] = defaultdict(set)
        for chapter in models.shelf():
            for field in (field for register in chapter.registers for field in register.fields().values()):
                kept[field.label.say("zh"), field.key].add(chapter.key)
        return {zh: key for (zh, key), chapters in sorted(kept.items(), key=lambda each: len(each[1])) if len(chapters) > 1}

    def key(self, label: Said) -> str:
        """The name of a field in the code: the one that registers share for this label, else made of its English."""
        return self._shared.get(label.zh) or name(label.en)

    @cached_property
    def _glossary(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for term, chinese in glossary().items():
            for word in chinese:
                found.setdefault(word, re.sub(r"\s*\(.*?\)", "", term))
        return found

    @cached_property
    def _words(self) -> dict[str, Word]:
        with WORDS.open(encoding="utf-8", newline="") as file:
            found = {row["zh"]: Word(row["noun"], row["done"] or "") for row in csv.DictReader(file)}
        return {word: Word(term, "") for word, term in self._glossary.items() if len(word) <= 4} | found

    def english(self, zh: str) -> str:
        """An English label for the Chinese one, not given before to another; what the catalogue holds against one leads to the next."""
        found = ""
        for found in self._candidates(zh):
            if self.against(zh, found) is None and self._given.setdefault(found, zh) == zh:
                return found
        return found

    def _candidates(self, zh: str) -> Iterator[str]:
        field = self.fields.get(heading_key(zh))
        if field is not None and field.label.say("zh") == zh:
            yield field.label.text
        yield from sorted((text for text, said in self.said.items() if said == zh and len(text) <= LONGEST), key=len)
        if zh in self._glossary:
            yield _capital(self._glossary[zh])
        yield from map(_capital, self._composed(zh))
        spelt = _capital(" ".join(" ".join(lazy_pinyin(re.sub(r"[^\w]+", " ", zh))).split()))
        yield spelt
        yield from (f"{spelt} {n}" for n in range(2, 9))

    def _composed(self, zh: str) -> Iterator[str]:
        """English for a compound all of whose words are known."""
        for ending, behind in BEHIND:
            word = self._words.get(zh.removesuffix(ending))
            if zh.endswith(ending) and word is not None and word.done:
                yield f"{word.done} {behind}"
        for ending, noun in APART:
            head = self._parted(zh.removesuffix(ending)) if zh.endswith(ending) else []
            if head:
                yield noun.format(" ".join(head))
        whole = self._parted(zh)
        if whole:
            yield " ".join(whole)

    def _parted(self, zh: str) -> list[str]:
        """The nouns of a compound, the longest words first; none when some part is not known."""
        for length in range(min(len(zh), 6), 0, -1):
            word = self._words.get(zh[:length])
            if word is None:
                continue
            rest = self._parted(zh[length:]) if zh[length:] else []
            if rest or not zh[length:]:
                return [word.noun, *rest]
        return []

    def against(self, zh: str, en: str) -> Message | None:
        """Why the two words cannot be one label in two languages; `None` when nothing stands against it."""
        if not CHINESE.search(zh) or LATIN.search(zh):
            return _("“{word}” is no Chinese label: write it in Chinese characters.", word=zh)
        if not en.strip() or CHINESE.search(en) or not LATIN.search(en) or set(en) & set('{}"\\\n'):
            return _("“{word}” is no English label: write it in English words.", word=en)
        if max(len(zh), len(en)) > LONGEST:
            return _("At most {most} characters; this has {n}.", most=LONGEST, n=max(len(zh), len(en)))
        said = self.said.get(en)
        if said is not None and said != zh:
            return _("“{en}” is “{said}” in the catalogue already; choose other English words for “{zh}”.", en=en, said=said, zh=zh)
        wanted = glossary().get(en.lower())
        if wanted and zh not in wanted:
            return _("“{en}” is “{said}” in the glossary; choose other English words for “{zh}”.", en=en, said=" / ".join(wanted), zh=zh)
        return None


def label(heading: str) -> str:
    """A heading as a label: without what stands in brackets and without Latin letters, with Chinese punctuation."""
    bare = re.sub(r"[(（\[【].*?[)）\]】]", "", heading).strip() or heading
    return re.sub(r"[A-Za-z]{2,}", "", bare).strip(" .,:;/-_?？").translate(SIGNS)


def name(en: str) -> str:
    """An English label as a name in the code: `Date and time` → `date_and_time`; as many words as there is room for."""
    said = re.sub(r"[^a-z0-9]+", " ", en.lower()).split()
    while len(said) > 1 and len("_".join(said)) > ROOM:
        said.pop()
    return "_".join(said)[:ROOM]


def title_name(en: str) -> str:
    """A title as a key: what one record is, without the word for the book: `Key borrow log` → `key_borrow`."""
    said = name(en)
    head, _line, last = said.rpartition("_")
    return head if last in BOOKS and head else said


def initials(zh: str) -> str:
    """The first letters of a title's pinyin, as capitals."""
    return "".join(word[0] for word in lazy_pinyin(zh) if word[:1].isalpha() and word[:1].isascii()).upper()


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
