"""A wrong declaration stops the start, and says by number where it stands and what to do."""

from types import SimpleNamespace

import pytest
from sqlalchemy import Column, DateTime, Index, Integer, MetaData, Table

import models
from models.core.access import Access
from models.core.checks import Fault, WrongDeclaration, check, faults
from models.core.choice import Choice
from models.core.deadlines import Deadline
from models.core.documents import glossary
from models.core.dues import at, hours
from models.core.fields import Field, Line
from models.core.message import Message
from models.core.papers import Letter
from models.core.plans import MONTH, Plan
from models.core.register import About
from models.core.sheet import Part, Sheet
from models.core.signatures import Slot
from models.core.tells import Tell
from models.core.workflow import Transition


class Step(Choice):
    """The states of the stand-in."""

    OUT = "out", Message("Out")
    BACK = "back", Message("Returned")


class Elsewhere(Choice):
    """A state of something else."""

    GONE = "gone", Message("Gone")


ABOUT = {
    "title": Message("Key borrow log"),
    "spec": ("REG-35",),
    "clause": "S3 KY 4.3.1",
    "number": "KB-{site}-{year}-{serial:04}",
    "moment": "lent_at",
    "subject": "borrower",
    "verb": Message("Lend keys"),
}
FIELDS = {
    "number": Field(kind="number", label=Message("No."), system=True),
    "lent_at": Field(kind="moment", label=Message("Lent at"), required=True, filtered=True),
    "borrower": Field(kind="person", label=Message("Borrower"), required=True, searched=True),
    "returned_at": Field(kind="moment", label=Message("Returned at"), system=True),
    "state": Field(kind="state", label=Message("State"), choices=Step, system=True),
}
BACK = Transition("take_back", Step.OUT, Step.BACK, Message("Take back"), by="service", stamps="returned_at")
DUE = Deadline(
    name="return", label=Message("Return"), rule="RULE-119", clause="S3 KY 4.3.3", after="lent_at", due=hours(24), met_by="returned_at"
)


def table(*columns: str) -> Table:
    """A table with one index over `columns`."""
    made = Table("stand_in", MetaData(), Column("id", Integer), Column("site_id", Integer), Column("lent_at", DateTime))
    Index("ix_stand_in_page", *(made.c[name] for name in columns))
    return made


def stand_in(key="key_borrow", fields=None, about=None, **over):
    """Something declared as a register is, rightly, but for what `over`, `fields` and `about` say."""
    known = {**FIELDS, **(fields or {})}
    declared = {
        "key": key,
        "about": About(**{**ABOUT, **(about or {})}),
        "access": Access(read="staff", create="service"),
        "parts": (Part(Message("Borrowing"), "lent_at borrower"), Part(Message("Return"), "returned_at", later=True)),
        "sheet": Sheet("number lent_at borrower state"),
        "transitions": (BACK,),
        "deadlines": (DUE,),
        "closed": (Step.BACK,),
        "headings": {"lent_at": "借用日期 借用时间"},
        "fields": lambda: known,
        "__table__": table("site_id", "lent_at", "id"),
    }
    stand = SimpleNamespace(**{**declared, "slots": (), "tells": (), "plans": (), "conduct": (), "prints": (), **over})
    stand.transition = lambda name: next((each for each in stand.transitions if each.name == name), None)
    stand.signing_place = lambda name: next((slot for slot in stand.slots if slot.name == name), None)
    return stand


def found(*registers) -> dict[str, Fault]:
    """The faults of stand-ins by their number."""
    return {fault.code: fault for fault in faults(registers)}


def field(kind: str, **options) -> Field:
    """A field of one kind."""
    return Field(kind=kind, label=Message("Thing"), **options)


def tell(**over) -> Tell:
    """A right duty to tell, but for `over`."""
    right = {"name": "report", "label": Message("Report"), "rule": "RULE-119", "clause": "S3 KY 4.3.3", "after": "lent_at", "to": "lead"}
    return Tell(**{**right, "due": hours(1), **over})


def plan(**over) -> Plan:
    """A right plan, but for `over`."""
    return Plan(**{"name": "count", "label": Message("Count"), "rule": "RULE-120", "clause": "S3 KY 4.3.3", "every": MONTH, **over})


def letter(**over) -> Letter:
    """A right letter, but for `over`."""
    told = {"name": "reply", "title": Message("Reply"), "report": "REP-15", "clause": "S1 4.8.1", "ready": bool, "not_ready": Message("No")}
    written = {"heading": Message("Reply"), "to": "borrower", "body": (Message("Dear {borrower}"),), "closing": Message("Yours")}
    return Letter(**{**told, **written, **over})


def moved(**over) -> tuple[Transition, ...]:
    """The right transition, and a second one that is `over`."""
    told = {"name": "move", "source": Step.OUT, "target": Step.BACK, "label": Message("Move"), "by": "service", **over}
    return (BACK, Transition(**told))


def clock(**over) -> tuple[Deadline, ...]:
    """The right deadline, but for `over`."""
    told = {name: getattr(DUE, name) for name in ("name", "label", "rule", "clause", "after", "due", "met_by")}
    return (Deadline(**{**told, **over}),)


def parts(*keys: str) -> tuple[Part, ...]:
    """One part for each list of keys."""
    return tuple(Part(Message(f"Part {n}"), each) for n, each in enumerate(keys))


TOLD = {"name": "take_back", "source": Step.OUT, "target": Step.BACK, "label": Message("Take back"), "by": "service"}
SLOT, LATER, NARROW = (Slot(*told) for told in (("lender", Message("Lender"), "service"), ("head", Message("Head"), "lead"),
                                                ("lender", Message("Lender"), "quality")))  # fmt: skip


class Empty(Line):
    """A line without a column."""


class Linked(Line):
    """A line with a column of a kind that no line holds."""


Linked.columns = {"key": field("link", target="key_borrow")}


WRONG = {
    "a part naming a missing field": ("T001", "borrowr", {"parts": parts("lent_at borrower borrowr", "returned_at")}),
    "a sheet naming a missing field": ("T002", "fone", {"sheet": Sheet("number fone")}),
    "a sheet naming a field beyond no link": ("T002", "borrower.house", {"sheet": Sheet("number borrower.house")}),
    "a group over columns that are not there": (
        "T002",
        "Stocktake",
        {"sheet": Sheet("number lent_at", groups={"lent_at": (Message("Stocktake"), 4)})},
    ),
    "a transition asking a missing field": ("T003", "amount", {"transitions": moved(asks="amount")}),
    "a transition asking a stamp": ("T003", "returned_at", {"transitions": moved(asks="returned_at")}),
    "a transition stamping what is no stamp": ("T003", "lent_at", {"transitions": moved(stamps="lent_at")}),
    "a deadline met by a missing field": ("T004", "back_at", {"deadlines": clock(met_by="back_at")}),
    "a deadline moved by a missing field": ("T004", "lost_at", {"deadlines": clock(moved_by="returned_at lost_at")}),
    "a deadline due at a missing field": ("T004", "expected_at", {"deadlines": clock(due=at("expected_at"))}),
    "a target that is no state": ("T005", "gone", {"transitions": moved(target=Elsewhere.GONE)}),
    "a closed state that is no state": ("T005", "gone", {"closed": (Elsewhere.GONE,)}),
    "a state never reached": ("T006", "back", {"transitions": ()}),
    "an unknown role in Access": ("T007", "boss", {"access": Access(read="staff boss")}),
    "an unknown role in a transition": ("T007", "boss", {"transitions": moved(by="boss")}),
    "rights for the auditor": ("T007", "auditor", {"access": Access(read="staff", edit="auditor")}),
    "a step for the administrator": ("T007", "admin", {"transitions": moved(by="admin")}),
    "a moment that may stay empty": ("T008", "may stay empty", {"fields": {"lent_at": field("moment")}}),
    "a moment that is no moment": ("T008", "borrower", {"about": {"moment": "borrower"}}),
    "a moment without its index": ("T008", "index", {"__table__": table("lent_at")}),
    "a filter that there is not": ("T009", "money", {"fields": {"fee": field("money", filtered=True)}}),
    "a search in what is not writing": ("T009", "tick", {"fields": {"paid": field("tick", searched=True)}}),
    "a link to nowhere": ("T009", "garage", {"fields": {"place": field("link", target="garage")}}),
    "a required field that nobody asks": ("T010", "key_borrow.phone", {"fields": {"phone": field("phone", required=True)}}),
    "a field in no part": ("T011", "key_borrow.phone", {"fields": {"phone": field("phone")}}),
    "a field in two parts": ("T011", "key_borrow.borrower", {"parts": parts("lent_at borrower", "borrower returned_at")}),
    "a subject that is no field": ("T012", "thing", {"about": {"subject": "thing"}}),
    "a register without its clause": ("T013", "clause", {"about": {"clause": " "}}),
    "a title that is not that of the documents": ("T014", "Key borrow log", {"about": {"title": Message("Key log")}}),
    "a form that the documents do not have": ("T014", "REG-99", {"about": {"spec": ("REG-99",)}}),
    "a deadline that tells nobody": ("T026", "nobody is told", {"deadlines": clock(tell="")}),
    "a deadline that climbs by no step": ("T026", "no step", {"deadlines": clock(climbs="fly")}),
    "a deadline that waits for nothing": ("T026", "for what", {"deadlines": clock(waits_when=bool)}),
    "a duty to tell that arises with nothing": ("T027", "found_at", {"tells": (tell(after="found_at"),)}),
    "a duty that no step acknowledges": ("T027", "no step stamps", {"tells": (tell(receipt="lent_at"),)}),
    "a duty that is told in one field": ("T027", "two fields", {"tells": (tell(said_in="lent_at"),)}),
    "a duty to tell nobody": ("T027", "who is told", {"tells": (tell(to=""),)}),
    "a duty to tell of no rule": ("T016", "RULE-999", {"tells": (tell(rule="RULE-999"),)}),
    "a plan that counts by a missing field": ("T028", "held_on", {"plans": (plan(moment="held_on"),)}),
    "a plan of no rule": ("T016", "RULE-999", {"plans": (plan(rule="RULE-999"),)}),
    "a paper that shows a missing field": ("T029", "borrowr", {"prints": (letter(body=(Message("Dear {borrowr}"),)),)}),
    "a paper to a missing field": ("T029", "customer", {"prints": (letter(to="borrower customer"),)}),
    "a paper that a missing place signs": ("T029", "“lender”", {"prints": (letter(signed_by=("lender",)),)}),
    "a paper that bears no day": ("T029", "no day", {"prints": (letter(dated="borrower"),)}),
    "a paper that the documents do not have": ("T029", "REP-99", {"prints": (letter(report="REP-99"),)}),
    "a paper printed by a role that there is not": ("T029", "neither a role", {"prints": (letter(by="butler"),)}),
    "a paper printed by who may not print": ("T029", "security may not", {"prints": (letter(by="security"),)}),
    "two papers of one name": ("T030", "“reply”", {"prints": (letter(), letter())}),
    "a sheet in the order of a missing field": ("T002", "shelf", {"sheet": Sheet("number", order="shelf")}),
    "a sheet that tells of a missing signature": ("T002", "Correct signed", {"sheet": Sheet("borrower", signed={"borrower": "lender"})}),
    "a sheet that is no paper of the documents": ("T002", "REP-99", {"sheet": Sheet("number", report="REP-99")}),
    "a field of no rule": ("T016", "RULE-999", {"fields": {"tag": field("line", rule="RULE-999")}}),
    "a deadline of no rule": ("T016", "RULE-999", {"deadlines": clock(rule="RULE-999")}),
    "headings of a missing field": ("T020", "borrowr", {"headings": {"borrowr": "借用人"}}),
    "one heading for two fields": ("T020", "日期", {"headings": {"lent_at": "日期", "returned_at": "日期"}}),
    "a place to sign that is named twice": ("T021", "more than one", {"slots": (SLOT, SLOT)}),
    "a step that signs a missing place": ("T021", "receiver", {"slots": (SLOT,), "transitions": (Transition(**TOLD, signs="receiver"),)}),
    "a closing step that signs before the last place": (
        "T021",
        "comes after",
        {"slots": (SLOT, LATER), "transitions": (Transition(**TOLD, signs="lender"),)},
    ),
    "a step by people who may not sign": ("T021", "same roles", {"slots": (NARROW,), "transitions": (Transition(**TOLD, signs="lender"),)}),
    "a table without columns": ("T022", "no column", {"fields": {"lines": field("grid", lines=Empty)}}),
    "a table with a link in it": ("T022", "cannot hold", {"fields": {"lines": field("grid", lines=Linked)}}),
    "a sheet of a size that is not printed": ("T002", "A0", {"sheet": Sheet("number lent_at", paper="A0 landscape")}),
    "two transitions of one name": ("T017", "take_back", {"transitions": (BACK, BACK)}),
    "a number without its year": ("T019", "year", {"about": {"number": "KB-{site}-{serial}"}}),
}


@pytest.mark.parametrize(("code", "said", "over"), WRONG.values(), ids=WRONG)
def test_it_is_refused_with_its_number_and_place(code, said, over):
    fault = found(stand_in(**over))[code]
    assert said in f"{fault.where}: {fault.text}"


def test_a_right_declaration_has_no_fault():
    assert faults([stand_in()]) == []


def test_a_label_that_contradicts_the_glossary_is_refused(monkeypatch):
    monkeypatch.setattr(Message, "say", lambda self, code: "其他" if self.text == "Key number" else self.text)
    assert "钥匙编号" in found(stand_in(fields={"tag": Field(kind="line", label=Message("Key number"))}))["T015"].text


def test_a_form_held_twice_is_refused():
    assert "REG-35" in found(stand_in(), stand_in(key="other", about={"number": "XX-{site}-{year}-{serial}"}))["T018"].text


def test_two_series_may_not_print_the_same_numbers():
    assert "series" in found(stand_in(), stand_in(key="other"))["T019"].text


def test_one_series_may_not_be_printed_in_two_ways():
    other = stand_in(key="other", about={"number": "XX-{site}-{year}-{serial}", "series": "key_borrow"})
    assert "series" in found(stand_in(), other)["T019"].text


def test_a_register_on_the_shelf_twice_is_refused():
    assert "more than once" in found(stand_in(), stand_in())["T017"].text


def test_all_faults_are_told_at_once_when_the_start_is_refused():
    with pytest.raises(WrongDeclaration) as refused:
        check([stand_in(closed=(Elsewhere.GONE,), about={"clause": ""})])
    assert "T005" in str(refused.value) and "T013" in str(refused.value)


def test_the_registers_of_the_house_are_declared_rightly():
    assert faults(models.registers()) == []


def test_lines_of_the_glossary_with_several_terms_are_told_one_by_one():
    assert glossary()["neutral"] == {"一般"}
    assert glossary()["retention period"] == {"保管期限"}
    assert glossary()["30 years"] == {"30年"}
    assert glossary()["developer"] == {"开发商", "地产公司"}
