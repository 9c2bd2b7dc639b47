"""Start-up checks: a wrong declaration stops the start, numbered, with the place and the cure.

Each check reads the attributes of a register and nothing of the database, and yields what is
wrong. `TESTS` at the end lists them; a new check is one function and one line there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.core.access import ACTIONS, ADMIN, AUDITOR, UnknownRole, roles
from models.core.document_checks import labels_agree, rules_known, titles_agree
from models.core.documents import reports
from models.core.naming import Found, Shelved, missing
from models.core.papers import paper_names_apart, papers_known
from models.core.sheet import PAPERS, Sheet
from models.core.time_checks import deadline_fields, deadlines_told, plans_known, tells_known

if TYPE_CHECKING:
    from models.core.register import Register

    Shelf = Sequence[type[Register]]

# The kinds of fields by which a list can be narrowed, found, and put in order.
FILTERS = frozenset({"moment", "day", "pick", "state", "tick"})
WRITING = frozenset({"line", "text", "person", "phone", "house", "identity", "staff"})
MOMENTS = frozenset({"moment", "day"})


@dataclass(frozen=True, slots=True)
class Fault:
    """One wrong declaration: the number of the check, the place in the code, what is wrong and the cure."""

    code: str
    where: str
    text: str

    def __str__(self) -> str:
        return f"{self.code} {self.where}: {self.text}"


class WrongDeclaration(SystemExit):
    """The registers are declared wrongly; the application does not start."""

    def __init__(self, found: Sequence[Fault]) -> None:
        super().__init__("Taizhang does not start, its registers are declared wrongly:\n" + "\n".join(f"  {fault}" for fault in found))
        self.faults = tuple(found)


def check(registers: Shelf) -> None:
    """Raise `WrongDeclaration` with all faults of `registers`, if there are any."""
    found = faults(registers)
    if found:
        raise WrongDeclaration(found)


def faults(registers: Shelf) -> list[Fault]:
    """Everything that is declared wrongly in `registers`, by the number of the check."""
    shelf = {register.key: register for register in registers}
    found = [Fault(code, where, text) for code, each in TESTS for register in registers for where, text in each(register, shelf)]
    return found + [Fault(code, where, text) for code, every in TESTS_OF_ALL for where, text in every(registers)]


def part_fields(register: type[Register], shelf: Shelved) -> Found:
    """The parts of a form name fields that there are."""
    for part in register.parts:
        yield from missing(register, shelf, f"{register.key} part “{part.title.text}”", part.keys.split())


def sheet_fields(register: type[Register], shelf: Shelved) -> Found:
    """The columns of the sheets are fields that there are, and what is said of columns is said of some that there are."""
    for sheet in (register.sheet, *(alias.sheet for alias in register.about.aliases)):
        yield from _sheet_fields(register, sheet, shelf)


def _sheet_fields(register: type[Register], sheet: Sheet, shelf: Shelved) -> Found:
    where, columns = f"{register.key} sheet", sheet.columns.split()
    yield from missing(register, shelf, where, (*columns, sheet.order, sheet.each))
    if sheet.paper not in PAPERS:
        yield where, f"there is no paper “{sheet.paper}”. It is one of {', '.join(PAPERS)}."
    if sheet.report and sheet.report not in reports():
        yield where, f"“{sheet.report}” is not in docs/spec/reports.csv. Correct the id."
    for key, slot in sheet.signed.items():
        if key not in columns or register.signing_place(slot) is None:
            yield where, f"“{key}” is no column, or “{slot}” no place to sign. Correct signed."
    for first, (title, many) in sheet.groups.items():
        if first not in columns or columns.index(first) + many > len(columns):
            yield (
                where,
                f"from “{first}” on there are no {many} columns for the group “{title.text}”. Correct the key or number.",
            )


def heading_fields(register: type[Register], shelf: Shelved) -> Found:
    """The other headings are those of fields that there are, and no two fields answer to one heading."""
    yield from missing(register, shelf, f"{register.key} headings", tuple(register.headings))
    said = Counter(word for words in register.headings.values() for word in words.split())
    for word, many in said.items():
        if many > 1:
            yield (
                f"{register.key} headings",
                f"“{word}” is the heading of {many} fields. Leave it to one of them.",
            )


def transition_fields(register: type[Register], shelf: Shelved) -> Found:
    """A transition asks and stamps fields that there are; what it asks is for people, what it stamps is not."""
    for each in register.transitions:
        where = f"{register.key} transition “{each.name}”"
        yield from missing(register, shelf, where, (*each.asked, each.stamps, each.stamps_by))
        for key in each.asked:
            field = register.fields().get(key)
            if field is not None and field.system:
                yield where, f"asks “{key}”, which is written by the system. Stamp it instead, or declare it as a moment."
        stamped = register.fields().get(each.stamps)
        if stamped is not None and not (stamped.system and stamped.kind == "moment"):
            yield where, f"stamps “{each.stamps}”, which is no stamp. Declare it with fields.stamp()."


def slots_known(register: type[Register], shelf: Shelved) -> Found:
    """Places to sign have names of their own; what steps sign and wait for is among them, and who steps may sign."""
    names = [slot.name for slot in register.slots]
    for name, many in Counter(names).items():
        if many > 1:
            yield f"{register.key} slot “{name}”", "there is more than one of that name. Rename one."
    for slot in register.slots:
        yield from missing(register, shelf, f"{register.key} slot “{slot.name}”", (slot.person,))
    for each in register.transitions:
        where = f"{register.key} transition “{each.name}”"
        for name in (*each.signed.split(), each.signs):
            if name and name not in names:
                yield where, f"there is no place to sign “{name}”. Add it to slots, or correct the name."
        signs = register.signing_place(each.signs)
        last = [slot for slot in register.slots if not slot.optional][-1:]
        if signs is not None and each.step and each.target in register.closed and last and last != [signs]:
            yield where, f"it closes the record and signs “{signs.name}”, while “{last[0].name}” comes after. Let it sign the last place."
        if signs is not None and not roles(each.by) <= roles(signs.by):
            yield where, f"not all who may do it may sign “{signs.name}”. Give both the same roles."


def grids_known(register: type[Register], shelf: Shelved) -> Found:
    """A table inside a form has columns, of kinds that a line can hold."""
    for key, field in register.fields().items():
        if field.lines is None:
            continue
        if not field.lines.columns:
            yield f"{register.key}.{key}", "its lines have no column. Declare them in the class of the line."
        for name, column in field.lines.columns.items():
            if column.kind in ("link", "grid", "state"):
                yield f"{register.key}.{key}", f"its column “{name}” is of the kind “{column.kind}”, which a line cannot hold."
        if field.each and field.each not in field.lines.columns:
            yield f"{register.key}.{key}", f"there is no column “{field.each}” to print a line for each word of. Correct the name."


def states_known(register: type[Register], shelf: Shelved) -> Found:
    """A transition leads from states of the register to one of them."""
    choices = register.fields()["state"].choices
    known = set(choices) if choices else set()
    for each in register.transitions:
        for state in (*each.sources, *((each.target,) if each.target is not None else ())):
            if state not in known:
                yield (
                    f"{register.key} transition “{each.name}”",
                    f"“{state}” is no state of this register. Add it to State, or correct the name.",
                )
    for state in register.closed:
        if state not in known:
            yield f"{register.key} closed", f"“{state}” is no state of this register. Add it to State, or correct the name."


def states_reached(register: type[Register], shelf: Shelved) -> Found:
    """Every state is reached from the start; the first in the list is where a record starts."""
    choices = register.fields()["state"].choices
    order = list(choices) if choices else []
    reached = set(order[:1])
    for _step in order:
        reached |= {each.target for each in register.transitions if each.target is not None and reached & set(each.sources)}
    for state in order:
        if state not in reached:
            yield f"{register.key} state “{state}”", "no transition leads there from the start. Add one, or take the state away."


def roles_known(register: type[Register], shelf: Shelved) -> Found:
    """Rights are given to roles and groups that there are, and neither to the auditor nor to the administrator."""
    words = [(f"{register.key} access {action}", getattr(register.access, action)) for action in ACTIONS]
    words += [(f"{register.key} slot “{slot.name}”", slot.by) for slot in register.slots]
    words += [(f"{register.key} transition “{each.name}”", each.by) for each in register.transitions]
    for where, granted in words:
        try:
            holders = roles(granted)
        except UnknownRole as unknown:
            yield where, f"“{unknown}” is neither a role nor a group. See ROLES and GROUPS in models/core/access.py."
            continue
        for role in sorted(holders & {AUDITOR, ADMIN}):
            yield where, f"“{role}” is named. The auditor reads every register and the administrator none; take the word away."


def moment_sorts(register: type[Register], shelf: Shelved) -> Found:
    """The register's own moment is always filled and indexed, since every list is sorted by it."""
    where, key = f"{register.key} moment", register.about.moment
    field = register.fields().get(key)
    if field is None or field.kind not in MOMENTS:
        yield where, f"“{key}” is neither a moment nor a day of this register. Name one that every record has."
    elif not field.required:
        yield where, f"“{key}” may stay empty, and a list cannot be sorted by it. Annotate it without None."
    elif not any([column.name for column in index.columns][:3] == ["site_id", key, "id"] for index in register.__table__.indexes):  # type: ignore[attr-defined]
        yield where, f"there is no index on site_id, {key}, id. Keep the __table_args__ of Register."


def kinds_fit(register: type[Register], shelf: Shelved) -> Found:
    """A list is narrowed and searched by kinds of fields that can be; a link leads to a register on the shelf."""
    for key, field in register.fields().items():
        where = f"{register.key}.{key}"
        if field.filtered and field.kind not in FILTERS:
            yield (
                where,
                f"there is no filter for the kind “{field.kind}”. Take filtered=True away, or add the filter and name it in FILTERS.",
            )
        if field.searched and field.kind not in WRITING:
            yield where, f"the kind “{field.kind}” is not writing and cannot be searched. Take away searched=True."
        if field.kind == "link" and field.target not in shelf:
            yield where, f"it leads to “{field.target}”, which is not on the shelf. Put that register into a chapter, or correct the name."


def fields_asked(register: type[Register], shelf: Shelved) -> Found:
    """A required field is asked when a record is entered, unless it fills itself, as a tick does."""
    asked = {key for part in register.parts if not part.later for key in part.keys.split()}
    for key, field in register.fields().items():
        if field.required and key not in asked and not field.system and field.default is None and field.kind != "tick":
            yield (
                f"{register.key}.{key}",
                "it is required, and no part asks for it at entry. Name it in a part that is not filled later, or let it stay empty.",
            )


def names_free(register: type[Register], shelf: Shelved) -> Found:
    """No field bears a name that every register uses for something else, such as why a change is made."""
    from models.core.register import Register

    for key in register.fields():
        if hasattr(Register, key) and key not in ("number", "state", "closed_at"):
            yield f"{register.key}.{key}", "every register uses this name for something else. Give the field another."


def fields_placed(register: type[Register], shelf: Shelved) -> Found:
    """Every field stands in one part of the form, so that a reader finds it."""
    placed = Counter(key for part in register.parts for key in part.keys.split())
    for key in register.fields():
        if key not in placed and key not in ("number", "state"):
            yield f"{register.key}.{key}", "it stands in no part of the form, and nobody would see it. Name it in a part."
        elif placed[key] > 1:
            yield f"{register.key}.{key}", "it stands in the form twice. Name it in one part alone."


def subject_known(register: type[Register], shelf: Shelved) -> Found:
    """The subject, by which a list tells one record from another, is a field."""
    yield from missing(register, shelf, f"{register.key} subject", (register.about.subject,))


def clause_named(register: type[Register], shelf: Shelved) -> Found:
    """A register says which clause of the documents orders it."""
    if not register.about.clause.strip():
        yield register.key, "it names no clause. Say in About(clause=…) which clause of the documents orders it."


def holder_is_staff(register: type[Register], shelf: Shelved) -> Found:
    """An open record is in the hands of somebody of the office, whom a field for staff names."""
    where = f"{register.key} holder"
    for key in register.about.holder.split():
        field = register.fields().get(key)
        if field is None or field.kind != "staff":
            yield where, f"“{key}” is no field for staff of this register. Name one that is declared with fields.staff()."
    if register.about.holder and not register.closed:
        yield where, "no state closes a record, and everything would be in somebody's hands for ever. Say in `closed` which do."


def names_once(registers: Shelf) -> Found:
    """A register stands on the shelf once, and its transitions, deadlines and states have different names."""
    for key, many in Counter(register.key for register in registers).items():
        if many > 1:
            yield key, "it stands on the shelf more than once. Name it in one chapter alone."
    for register in registers:
        for kind, named in (("transition", register.transitions), ("deadline", register.deadlines)):
            for name, many in Counter(each.name for each in named).items():
                if many > 1:
                    yield f"{register.key} {kind} “{name}”", "there is more than one of that name. Rename one."


def spec_once(registers: Shelf) -> Found:
    """No two registers hold the same form of the documents."""
    holders: dict[str, list[str]] = {}
    for register in registers:
        for each in register.about.spec:
            holders.setdefault(each, []).append(register.key)
    for each, keys in holders.items():
        if len(keys) > 1:
            yield ", ".join(keys), f"they hold {each} all. Correct About(spec=…)."


def numbers_apart(registers: Shelf) -> Found:
    """Registers that share a series share its pattern, and others have patterns of their own."""
    for i, one in enumerate(registers):
        for other in registers[i + 1 :]:
            same_series = (one.about.series or one.key) == (other.about.series or other.key)
            same_pattern = one.about.number == other.about.number
            if same_series and not same_pattern:
                yield (
                    f"{one.key}, {other.key}",
                    "they share a series and print its numbers differently. Give both the same About(number=…).",
                )
            elif same_pattern and not same_series:
                yield (
                    f"{one.key}, {other.key}",
                    "they print numbers alike from different series, so one number would name two records. Change one, or share a series.",
                )
    for register in registers:
        missing = [place for place in ("site", "year", "serial") if "{" + place not in register.about.number]
        if missing:
            yield (
                f"{register.key} number",
                f"{' and '.join(missing)} must stand in it, or numbers would repeat. Write it in About(number=…).",
            )


TESTS: tuple[tuple[str, Callable[[type[Register], Shelved], Found]], ...] = (
    ("T001", part_fields),
    ("T002", sheet_fields),
    ("T003", transition_fields),
    ("T004", deadline_fields),
    ("T005", states_known),
    ("T006", states_reached),
    ("T007", roles_known),
    ("T008", moment_sorts),
    ("T009", kinds_fit),
    ("T010", fields_asked),
    ("T011", fields_placed),
    ("T012", subject_known),
    ("T013", clause_named),
    ("T014", titles_agree),
    ("T015", labels_agree),
    ("T016", rules_known),
    ("T020", heading_fields),
    ("T021", slots_known),
    ("T022", grids_known),
    ("T023", names_free),
    ("T025", holder_is_staff),
    ("T026", deadlines_told),
    ("T027", tells_known),
    ("T028", plans_known),
    ("T029", papers_known),
)

TESTS_OF_ALL: tuple[tuple[str, Callable[[Shelf], Found]], ...] = (
    ("T017", names_once),
    ("T018", spec_once),
    ("T019", numbers_apart),
    ("T030", paper_names_apart),
)
