"""Brings a draft together: what options and an answers file say counts first, then what a ledger tells, then what is asked."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any, Protocol, TypeVar

import models
from models.core.message import Message, _
from services.drafting import settling, wording
from services.drafting.draft import KINDS, Draft, DraftField, against_roles
from services.drafting.guess import Ledger, kind_by_heading
from services.drafting.wording import Said, Wording

T = TypeVar("T")


class WrongAnswer(ValueError):
    """An answer that cannot be taken; `message` says why."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


class Desk(Protocol):
    """Whoever puts the questions, and puts one again whose answer cannot be taken."""

    def ask(self, question: Message, accept: Callable[[str], T], default: str = "") -> T:
        """The accepted answer; an empty one counts as `default`."""


def answers_of(path: Path) -> dict[str, Any]:
    """An answers file. Raises `WrongAnswer` when it is none."""
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as trouble:
        raise WrongAnswer(_("“{name}” cannot be read: {why}", name=str(path), why=str(trouble))) from trouble
    if not isinstance(found, dict):
        raise WrongAnswer(_("“{name}” is no answers file: it must hold one JSON object.", name=str(path)))
    return found


class Interview:
    """One register being drafted. Without a `desk` nothing is asked, and what is missing raises `WrongAnswer`."""

    def __init__(self, answers: Mapping[str, Any], wording: Wording, ledger: Ledger | None, desk: Desk | None) -> None:
        self.answers = answers
        self.wording = wording
        self.ledger = ledger
        self.desk = desk
        self.asks_all = ledger is None and "fields" not in answers

    def draft(self) -> Draft:
        """The settled draft."""
        try:
            chapter, chapter_title = self._chapter()
            title = self._title()
            key = self._value(
                "key",
                _("Key: an English noun in the singular, such as visitor_pass"),
                self._free(settling.against_name),
                wording.title_name(title.en),
            )
            clause = self._value(
                "clause",
                _("Clause of the documents that orders it, such as S3 KY 4.3.1; a rule of the office's own as § 4.2"),
                self._free(settling.against_clause),
            )
            draft = Draft(chapter, key, title, clause, self._fields(), chapter_title)
            self._workflow(draft)
            self._rights(draft)
        except (KeyError, TypeError, AttributeError) as wrong:
            raise WrongAnswer(_("The answers are not as --save-answers writes them: {why}", why=str(wrong))) from wrong
        if self.ledger is not None and self.ledger.known_by in draft.fields:
            draft.known_by = self.ledger.known_by.key = self.ledger.known_by.key or self.wording.key(self.ledger.known_by.label)
        draft.prefix = str(self.answers.get("prefix", ""))
        settling.settle(draft, self.wording)
        return draft

    def _value(self, name: str, question: Message, accept: Callable[[str], T], default: str = "") -> T:
        """One answer: from the answers, or asked; without anyone to ask, the default."""
        said = self.answers.get(name)
        if said is None and self.desk is not None:
            return self.desk.ask(question, accept, default)
        given = str(said if said is not None else default)
        if not given:
            raise WrongAnswer(
                _("{question}? Say it with --{option}, or in the answers file.", question=question, option=name.replace("_", "-"))
            )
        return accept(given)

    def _free(self, against: Callable[[str], Message | None]) -> Callable[[str], str]:
        """An answer against which nothing stands."""

        def accept(said: str) -> str:
            wrong = against(said.strip())
            if wrong is not None:
                raise WrongAnswer(wrong)
            return said.strip()

        return accept

    # Chapter and title ---------------------------------------------------------------------

    def _chapter(self) -> tuple[str, Said | None]:
        known = {chapter.key: chapter.title for chapter in models.shelf()}
        listed = " ".join(f"{key} {title}" for key, title in known.items())
        named = self._free(lambda said: settling.against_chapter(said, said not in known))
        chapter = self._value("chapter", _("Chapter, one of {known}; or the key of a new one", known=listed), named)
        if chapter in known and "chapter_zh" not in self.answers:
            return chapter, None
        zh, en = self._pair("chapter_", _("Chinese title of the chapter"), _("English title of the chapter"))
        wrong = settling.against_chapter(chapter, True)
        if wrong is not None:
            raise WrongAnswer(wrong)
        return chapter, Said(zh, en)

    def _title(self) -> Said:
        guessed = self.ledger.title if self.ledger is not None else ""
        title = Said(*self._pair("", _("Chinese title of the register"), _("English title of the register"), guessed))
        wrong = settling.against_title(title)
        if wrong is not None:
            raise WrongAnswer(wrong)
        return title

    def _pair(self, before: str, chinese: Message, english: Message, default: str = "") -> tuple[str, str]:
        """The same in Chinese and in English."""
        zh = self._value(f"{before}zh", chinese, self._free(lambda said: self.wording.against(said, "A word")), default)
        en = self._value(f"{before}en", english, self._free(lambda said: self.wording.against(zh, said)), self.wording.english(zh))
        return zh, en

    # Fields ----------------------------------------------------------------------------------

    def _fields(self) -> list[DraftField]:
        if self.asks_all:
            return self._asked_fields()
        guessed = list(self.ledger.fields) if self.ledger is not None else []
        for said in self.answers.get("fields", ()):
            same = next((each for each in guessed if said.get("heading") and each.heading == said["heading"]), None)
            if said.get("leave_out"):
                guessed = [each for each in guessed if each is not same]
                continue
            if same is None:
                same = DraftField(Said(said["zh"], said.get("en") or self.wording.english(said["zh"])), said.get("kind", "line"))
                same.heading = said.get("heading", "")
                guessed.append(same)
            self._correct(same, said)
        if not guessed:
            raise WrongAnswer(_("A register has one field at least."))
        return guessed

    def _correct(self, field: DraftField, said: Mapping[str, Any]) -> None:
        """Put what the answers say of a field in the place of what was guessed."""
        zh = said.get("zh", field.label.zh)
        field.label = Said(zh, said.get("en") or (field.label.en if zh == field.label.zh else self.wording.english(zh)))
        field.key, field.kind = said.get("key", field.key), said.get("kind", field.kind)
        field.stands_for = said.get("stands_for", field.stands_for)
        field.required, field.listed = bool(said.get("required", field.required)), bool(said.get("listed", field.listed))
        if "words" in said:
            field.words = [self._word(each) for each in said["words"]]

    def _word(self, said: Any) -> Said:
        zh = said if isinstance(said, str) else said["zh"]
        return Said(zh, self.wording.english(zh) if isinstance(said, str) else said.get("en") or self.wording.english(zh))

    def _asked_fields(self) -> list[DraftField]:
        found: list[DraftField] = []
        if self.desk is None:
            raise WrongAnswer(_("Name the fields in an answers file, or a ledger with --from."))
        while True:
            more = _("Field {n}, Chinese label; empty when there are no more", n=len(found) + 1)
            zh = self.desk.ask(more, self._free(lambda said: self._against_label(said, found)))
            if zh:
                found.append(self._asked_field(self.desk, zh, found))
            elif found:
                return found

    def _against_label(self, zh: str, found: list[DraftField]) -> Message | None:
        if not zh:
            return None if found else _("A register has one field at least.")
        taken = {each.label.zh for each in found} | settling.own_words()
        return _("“{word}” stands there twice.", word=zh) if zh in taken else self.wording.against(zh, "A word")

    def _asked_field(self, desk: Desk, zh: str, found: list[DraftField]) -> DraftField:
        taken = {each.label.en for each in found}
        twice = _("“{word}” stands there twice.", word=zh)
        en = desk.ask(
            _("English label"),
            self._free(lambda said: twice if said in taken else self.wording.against(zh, said)),
            self.wording.english(zh),
        )
        kinds = "\n".join(f"  {kind:<9} {meaning}" for kind, meaning in KINDS.items())
        kind = desk.ask(_("{kinds}\nKind of field", kinds=kinds), self._free(_against_kind), kind_by_heading(zh, self.wording))
        field = DraftField(Said(zh, en), kind)
        if kind == "pick":
            field.words = desk.ask(_("Its words in Chinese, parted by spaces"), self._words)
        if kind != "tick":
            field.required = desk.ask(_("Must it be filled? y/n"), _yes, "n")
        field.listed = desk.ask(_("Is it shown in the list? y/n"), _yes, "y" if len(found) < settling.MOST_LISTED else "n")
        return field

    def _words(self, said: str) -> list[Said]:
        words = [Said(each, self.wording.english(each)) for each in said.split()]
        if len(words) < 2 or len(set(words)) < len(words):
            raise WrongAnswer(_("Two different words at least."))
        wrong = next((found for each in words if (found := self.wording.against(each.zh, each.en))), None)
        if wrong is not None:
            raise WrongAnswer(wrong)
        return words

    # States and rights -----------------------------------------------------------------------

    def _workflow(self, draft: Draft) -> None:
        for name in ("states", "steps"):
            if name in self.answers:
                setattr(draft, name, [self._word(each) for each in self.answers[name]])
        if not self.asks_all or self.desk is None or "states" in self.answers:
            return
        plain = " → ".join(each.zh for each in draft.states)
        asked = _("States in their order, in Chinese, parted by spaces; empty for {plain}", plain=plain)
        states = self.desk.ask(asked, lambda said: self._words(said) if said.strip() else [])
        if states:
            draft.states = states
            draft.steps = [self._step(self.desk, one, other) for one, other in pairwise(states)]

    def _step(self, desk: Desk, one: Said, other: Said) -> Said:
        zh = desk.ask(
            _("What the button from {one} to {other} says, in Chinese", one=one.zh, other=other.zh),
            self._free(lambda said: self.wording.against(said, "A word")),
        )
        en = desk.ask(_("The same in English"), self._free(lambda said: self.wording.against(zh, said)), self.wording.english(zh))
        return Said(zh, en)

    def _rights(self, draft: Draft) -> None:
        for name, question in (
            ("read", _("Who reads it, in roles or groups")),
            ("enter", _("Who enters and corrects, in roles or groups")),
        ):
            default = str(getattr(draft, name))
            if name in self.answers or self.asks_all:
                setattr(draft, name, self._value(name, question, self._free(against_roles), default))


def _against_kind(kind: str) -> Message | None:
    return None if kind in KINDS else _("“{word}” is no kind of field. Known are: {known}", word=kind, known=", ".join(KINDS))


def _yes(said: str) -> bool:
    known = {"y": True, "yes": True, "是": True, "n": False, "no": False, "否": False}
    if said.strip().lower() not in known:
        raise WrongAnswer(_("Answer y or n."))
    return known[said.strip().lower()]
