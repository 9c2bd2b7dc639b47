"""Start-up checks of a declaration beside the documents: titles, words of the trade, rules."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from models.core.documents import glossary, register_titles, rule_ids
from models.core.rulebook import named

if TYPE_CHECKING:
    from models.core.register import Register

    Shelved = dict[str, type[Register]]

Found = Iterator[tuple[str, str]]


def titles_agree(register: type[Register], shelf: Shelved) -> Found:
    """A register bears the titles that the documents give it, in both languages."""
    for each in register.about.spec:
        if any(alias.spec == each for alias in register.about.aliases):
            yield from _aliases_agree(register, each)
            if each != register.about.spec[0]:  # of this one the documents have further titles alone
                continue
        said = {"zh": register.about.title.say("zh"), "en": register.about.title.text}
        row = register_titles().get(each)
        if row is None:
            yield register.key, f"“{each}” is not in docs/spec/registers.csv. Correct the id."
            continue
        for language, title in said.items():
            if title != row[language]:
                yield (
                    register.key,
                    f"it is called “{title}”, and {each} “{row[language]}” in docs/spec/registers.csv. Use that; see make i18n.",
                )


def _aliases_agree(register: type[Register], spec: str) -> Found:
    row = register_titles().get(spec)
    for alias in register.about.aliases:
        if alias.spec == spec and (row is None or alias.title.say("zh") not in row["zh"]):
            yield register.key, f"“{alias.title.say('zh')}” is none of the titles of {spec} in docs/spec/registers.csv. Use one of them."


def labels_agree(register: type[Register], shelf: Shelved) -> Found:
    """A label that the glossary knows is said in Chinese as the glossary says it."""
    for key, field in register.fields().items():
        columns = tuple(field.lines.columns.values()) if field.lines else ()
        for label in (each for one in (field, *columns) for each in (one.label, *(choice.label for choice in one.choices or ()))):
            wanted = glossary().get(label.text.lower())
            said = label.say("zh")
            if wanted and said not in wanted | {label.text}:
                yield (
                    f"{register.key}.{key}",
                    f"“{label.text}” is “{said}” in the catalogue and “{'” or “'.join(sorted(wanted))}” in docs/spec/glossary.csv.",
                )


def rules_known(register: type[Register], shelf: Shelved) -> Found:
    """Whatever names a rule names one of the documents."""
    for place in named(register):
        for each in place.rules.split():
            if each not in rule_ids():
                yield f"{register.key}.{place.name}", f"“{each}” is not in docs/spec/rules.csv. Correct the id."
