"""How a register lies on paper: the parts of its form, and the columns of its book (spec/layouts.md)."""

from __future__ import annotations

from dataclasses import dataclass, field

from models.core.message import Message


@dataclass(frozen=True, slots=True)
class Part:
    """A section of the form, in the order of the paper: 一、二、三.

    `keys` names its fields, separated by spaces. A part that is filled `later` is not asked
    when the record is entered; transitions and edits fill it.
    """

    title: Message
    keys: str
    later: bool = False


PAPERS = ("A4 landscape", "A4 portrait")


@dataclass(frozen=True, slots=True)
class Sheet:
    """The printed book of a register and the foot of its form.

    `columns` are keys separated by spaces; `groups` gives headings of two storeys as
    `{first key: (title, how many columns)}`; `signed_by` are the signature lines of a page of the book (those of the form
    are the slots of the register); `notes` the numbered notes under the table; `rows` how many rows make a page. A form
    of several numbered `copies` bears what each is for, such as (stub, customer). `closing` are the lines that a page of
    the book leaves under the table, as for the end of a shift.

    `head` stands above the table, with the site for `{site}`. Lines are numbered from one on each sheet that is `numbered`, and
    stand in the order of the field `order` instead of the register's moment. `signed` tells beside the name in a column how
    the place of that name was signed; `each` is a list of words of which one alone may be printed, such as a shift. The form or
    the book is the paper `report` of docs/spec/reports.csv.
    """

    columns: str
    paper: str = PAPERS[0]
    signed_by: tuple[Message, ...] = ()
    notes: tuple[Message, ...] = ()
    groups: dict[str, tuple[Message, int]] = field(default_factory=dict)
    rows: int = 12
    copies: tuple[Message, ...] = ()
    closing: tuple[Message, ...] = ()
    head: tuple[Message, ...] = ()
    numbered: bool = False
    order: str = ""
    signed: dict[str, str] = field(default_factory=dict)
    each: str = ""
    report: str = ""
