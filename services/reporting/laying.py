"""A report laid out for readers: blocks of lines and cells, from its answers. Page, paper and workbook are all made of this.

Nothing here asks the database. Texts are messages, so that each reader hears them in their own language.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from models.core.message import NOTHING, Message, _
from models.core.share import mean, share
from services.charts.chart import NO_BOOK, NOTHING_COUNTED
from services.charts.wording import listed
from services.display import NO, NOT_SAID, YES
from services.reporting.answers import BEFORE, BEGUN, MISSING, NOW, YEAR_BEFORE, Answers
from services.reporting.groups import UNSAID
from services.reporting.periods import parse
from services.reporting.words import Compared, Figure, Figures, Listed, Rate, Report, Scored, Split, Trend

OTHERS, ALL = "**", "*"  # what places call the other groups and all of them; no word of a closed list is called so
HEADINGS = {NOW: _("This period"), BEFORE: _("Period before"), YEAR_BEFORE: _("Year before")}
NEVER_KEPT = _("There is no book of this time yet.")
NUMBER, SHARE, TOTAL, THE_OTHERS = _("How many"), _("Share"), _("Total"), _("All others")
MEAN = _("Mean score")
FEW = 3  # books that are named one by one


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: a number, a rate (`n` of `of`), or words. `place` names the rows it counts; `met` judges a rate by its target.

    One that is `aimed` has a target.
    """

    n: int | None = None
    of: int | None = None
    words: Message | str = ""
    place: str = ""
    met: bool | None = None
    aimed: bool = False
    kind: str = ""  # of words, the kind of the field they come from

    @property
    def said(self) -> Message | str:
        """What stands in it: a rate with numerator and denominator, and no percentage of fewer than five."""
        if self.words or self.n is None:
            return self.words
        return f"{self.n:,}" if self.of is None else share(self.n, self.of) or "—"

    @property
    def unjudged(self) -> bool:
        """Whether it has a target and too small a base to be judged by it."""
        return self.aimed and self.met is None and bool(self.of)


NONE_KEPT = Cell(words=NO_BOOK, kind="unkept")
ByCode = dict[str, dict[str, Any] | None]
Numbers = Sequence[int] | None  # of a group: empty where nothing was counted, None where there is no book


@dataclass(frozen=True, slots=True)
class Line:
    """One line. `under` stands small below its label, as the formula of a rate does; `row` is the record it is about."""

    label: Message | str
    cells: tuple[Cell, ...]
    under: Message = NOTHING
    target: Message = NOTHING
    clause: str = ""
    rule: str = ""
    total: bool = False
    rest: bool = False
    row: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Laid:
    """One block of a report. `word` is its declaration, from which its picture is drawn; `silence` is said where there is no line."""

    key: str
    title: Message
    headings: tuple[Message | str, ...]
    lines: tuple[Line, ...]
    word: Any
    note: Message = NOTHING
    more: bool = False
    silence: Message = NOTHING_COUNTED


def lay(report: Report, answers: Answers) -> list[Laid]:
    """The blocks of a report in their order, as far as they were asked; sites are compared where there are several."""
    asked = [each for each in report.blocks if each.key in answers[NOW]]
    blocks = [each for each in asked if not isinstance(each, Compared) or len(answers[NOW][each.key]) > 1]
    return [_laid(block, {name: answers[name][block.key] for name in HEADINGS if block.key in answers[name]}) for block in blocks]


def missing(report: Report, answers: Answers) -> list[Line]:
    """What should not be open any more before the report is made, and how much of it there is."""
    found = zip(report.missing, answers[MISSING], strict=True)
    return [Line(each.label, (Cell(n, place=f"{MISSING}/{each.key}"),), clause=each.clause) for each, n in found if n]


def begun(report: Report, answers: Answers, *, company: bool) -> list[Message]:
    """Since when books are kept that began within the period; of the `company` each with its site."""
    titles = {each.key: each.about.title for each in report.registers}
    said = []
    for code, day, keys in answers.get(BEGUN, ()):
        named = [titles[key] for key in keys] if len(keys) <= FEW else [_("{n} of the books", n=len(keys))]
        which = [code, *named] if company else named
        on = _("Kept in this period from {day} on", day=day)
        said.append(_("{books}: {since}", books=listed(which), since=on) if which else on)
    return said


def _laid(block: Any, said: dict[str, Any]) -> Laid:
    match block:
        case Figures():
            return _figures(block, said)
        case Split():
            return _split(block, said)
        case Scored():
            return _scored(block, said)
        case Trend():
            return _trend(block, said[NOW])
        case Compared():
            return _compared(block, said[NOW])
    return _listed(block, said[NOW])


def _never_kept(block: Any, headings: tuple[Message | str, ...]) -> Laid:
    """A block of a time before there was a book of it."""
    return Laid(block.key, block.title, headings, (), block, silence=NEVER_KEPT)


# Figures ---------------------------------------------------------------------------------


def _figures(block: Figures, said: dict[str, Any]) -> Laid:
    lines = []
    for at, each in enumerate(block.of):
        cells = tuple(_measured(each, said[name][at], f"{block.key}/{each.key}" if name == NOW else "") for name in said)
        lines.append(_line(each, cells))
    return Laid(block.key, block.title, (_("Figure"), *(HEADINGS[name] for name in said), _("Target")), tuple(lines), block, block.note)


def _measured(of: Figure | Rate, said: Sequence[int | None], place: str) -> Cell:
    n, whole = said
    if n is None:
        return replace(NONE_KEPT, place=place)
    if not isinstance(of, Rate) or whole is None:
        return Cell(n, whole, place=place)
    return Cell(n, whole, place=place, met=of.met(n, whole), aimed=of.target is not None)


def _line(of: Figure | Rate, cells: tuple[Cell, ...]) -> Line:
    if isinstance(of, Figure):
        return Line(of.label, cells, clause=of.clause)
    return Line(of.label, cells, of.formula, target_of(of), of.clause, of.rule)


def target_of(rate: Rate) -> Message:
    """The target of a rate in words; nothing for one that has none."""
    if rate.target is None:
        return NOTHING
    return _("below {n} per cent", n=rate.target) if rate.below else _("at least {n} per cent", n=rate.target)


# Splits ----------------------------------------------------------------------------------


def _split(block: Split, said: dict[str, Any]) -> Laid:
    by_code = {name: None if groups is None else {code: numbers for code, *numbers in groups} for name, groups in said.items()}
    shown, rest = _groups(block, by_code)
    whole = sum(numbers[0] for numbers in (by_code[NOW] or {}).values())
    lines = [_group(block, by_code, code, block.by.name(block.rows.register, code), whole) for code in shown]
    if rest and block.least == 1:  # of what is compared some groups may have no line, though all of this period have one
        lines.append(_several(block, by_code, rest, THE_OTHERS, OTHERS, whole))
    if len(lines) > 1 and block.least == 1:
        lines.append(_several(block, by_code, list(_all(by_code)), TOTAL, ALL, whole))
    compared = (HEADINGS[name] for name in said if name != NOW)
    headings = (block.by.label(block.rows.register), NUMBER, SHARE, *(each.label for each in block.columns), *compared)
    if by_code[NOW] is None:
        return _never_kept(block, headings)
    return Laid(block.key, block.title, headings, tuple(lines), block, block.note)


def _all(by_code: ByCode) -> dict[str, None]:
    return dict.fromkeys(code for codes in by_code.values() for code in codes or ())


def _groups(block: Split, by_code: ByCode) -> tuple[list[str], list[str]]:
    """The codes that have a line of their own, and those that stand together: of all periods that stand beside one another."""
    known, there = block.by.codes(block.rows.register), _all(by_code)
    if known is not None:
        return [code for code in known if code != UNSAID or code in there], []
    shown = largest(block, by_code[NOW] or {})
    return shown, [code for code in there if code not in shown]


def largest(block: Split, now: dict[str, Any]) -> list[str]:
    """The codes of the largest groups of a period, by the numbers of each."""
    ordered = sorted(now, key=lambda code: (-now[code][0], code == UNSAID, code))
    return [code for code in ordered if now[code][0] >= block.least][: block.top or None]


def _group(block: Split, by_code: ByCode, code: str, label: Message | str, whole: int) -> Line:
    return _counted(block, {name: None if codes is None else codes.get(code, ()) for name, codes in by_code.items()}, label, code, whole)


def _several(block: Split, by_code: ByCode, codes: list[str], label: Message, place: str, whole: int) -> Line:
    sums = {
        name: None if numbers is None else _sum([numbers[code] for code in codes if code in numbers]) for name, numbers in by_code.items()
    }
    return _counted(block, sums, label, place, whole, total=place == ALL)


def _sum(rows: list[list[int]]) -> Sequence[int]:
    return [sum(column) for column in zip(*rows, strict=True)]


def _counted(block: Split, numbers: dict[str, Numbers], label: Message | str, code: str, whole: int, *, total: bool = False) -> Line:
    earlier = [each for name, each in numbers.items() if name != NOW]
    now = numbers[NOW] or [0] * (1 + sum(1 + (each.of is not None) for each in block.columns))
    at = f"{block.key}/{code}"
    cells = [Cell(now[0], place=f"{at}/n"), Cell(now[0], whole)]
    rest = iter(now[1:])
    for column in block.columns:
        part = next(rest)
        cells.append(Cell(part, next(rest) if column.of is not None else None, place=f"{at}/{column.key}"))
    cells += [NONE_KEPT if each is None else Cell((each or [0])[0]) for each in earlier]
    return Line(label or NOT_SAID, tuple(cells), total=total, rest=code == OTHERS)


def _scored(block: Scored, said: dict[str, Any]) -> Laid:
    by_key = {name: {key: numbers for key, *numbers in groups} for name, groups in said.items() if groups is not None}
    fields, lines = block.rows.register.fields(), []
    for key in block.of:
        cells = [_mean(block, by_key, NOW, key)]
        if (now := by_key.get(NOW, {}).get(key)) is not None:
            cells.append(Cell(sum(now), place=f"{block.key}/{key}/n"))
            cells += [Cell(n, place=f"{block.key}/{key}/{level.value}") for level, n in zip(block.levels, now, strict=True)]
        else:
            cells += [Cell()] * (1 + len(block.levels))
        lines.append(Line(fields[key].label, (*cells, _mean(block, by_key, BEFORE, key))))
    headings = (_("Item"), MEAN, _("Rated (n)"), *(each.label for each in block.levels), HEADINGS[BEFORE])
    if NOW not in by_key:
        return _never_kept(block, headings)
    return Laid(block.key, block.title, headings, tuple(lines), block, block.note)


def _mean(block: Scored, by_key: dict[str, dict[str, Any]], name: str, key: str) -> Cell:
    """The mean of a field in a period; of fewer than five there is none."""
    if name not in by_key:
        return NONE_KEPT
    numbers = by_key[name].get(key) or ()
    found = mean({level.score: n for level, n in zip(block.levels, numbers, strict=False)})
    return Cell(words=found, kind="score") if found is not None else Cell(words=_("n={n}, no mean", n=sum(numbers)))


# Trends and rows -------------------------------------------------------------------------


def _trend(block: Trend, said: Sequence[Sequence[Any]]) -> Laid:
    """Month by month, from the last month of which there is no book; a year before of which there is none at all is left out."""
    by_month = {code: numbers for code, *numbers in sorted(said, key=lambda each: each[0])}
    months = list(by_month)[-block.months :]
    unkept = [code for code in months if by_month[code][0] is None]
    months = months[max(0, len(unkept) - 1) :]
    earlier = {code: by_month[parse(code).year_before.code] for code in months} if isinstance(block.of, Figure) else {}
    compared = any(n is not None for n, *_whole in earlier.values())
    lines = []
    for code in months:
        cells = [_measured(block.of, by_month[code], f"{block.key}/{code}")]
        if compared:
            cells.append(_measured(block.of, earlier[code], ""))
        lines.append(Line(parse(code).label, tuple(cells)))
    headings = (_("Month"), block.of.label, *((HEADINGS[YEAR_BEFORE],) if compared else ()))
    if len(unkept) >= len(months) == 1:
        return _never_kept(block, headings)
    return Laid(block.key, block.title, headings, tuple(lines), block, block.note)


def _compared(block: Compared, said: Sequence[Sequence[Any]]) -> Laid:
    lines = tuple(Line(code, (_measured(block.of, numbers, block.key),)) for code, *numbers in said)
    return Laid(block.key, block.title, (_("Site"), block.of.label), lines, block, block.note)


def _listed(block: Listed, said: Sequence[dict[str, Any]] | None) -> Laid:
    register = block.rows.register
    fields = [register.fields()[key] for key in block.show.split()]
    headings, lines = (_("No."), *(each.label for each in fields)), []
    if said is None:
        return _never_kept(block, headings)
    for row in said:
        if "number" not in row:
            continue
        cells = tuple(Cell(words=_words(each, row[each.key]), kind=each.kind) for each in fields)
        lines.append(Line(row["number"], cells, row=(register.key, row["id"])))
    return Laid(block.key, block.title, headings, tuple(lines), block, block.note, any("more" in row for row in said))


def _words(of: Any, value: Any) -> Message | str:
    """A stored value in words; moments and days stay ISO text, which the reader's zone is put to later."""
    if value is None or value == "":
        return ""
    if of.kind == "tick":
        return YES if value else NO
    if of.choices is not None:
        return of.choices.of(value).label
    return str(value)
