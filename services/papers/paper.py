"""What is printed, as plain data: a register of a period, one record, a certificate.

Nothing here knows a model, a request or a language of the reader: texts come masked and translated. `Said` is a
text that reads the same in both languages, or a pair (Chinese, English). Times are aware, in the zone to be shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from services.papers.terms import SIGNED_BY, Said


@dataclass(frozen=True)
class Column:
    """One column of a register: heading in both languages and width (mm; scaled so that all fill the sheet).

    `group` is the upper storey of the heading, shared by neighbours that name the same one. `note` marks the
    column that says why a row is void; without one, the widest does. What is `public` tells of no person, and whoever has the
    paper in hand may compare it with what is stored.
    """

    key: str
    zh: str
    en: str = ""
    width: float = 20
    align: str = "left"
    group: tuple[str, str] | None = None
    note: bool = False
    public: bool = False


@dataclass(frozen=True)
class Row:
    """One row; a cell may be a pair (Chinese, English). `void_note` says why it is void, `tags` are printed small
    under its first cell, as 补录 is for a `late` row; `struck` are the words that a correction put aside, by column."""

    cells: tuple[Said, ...]
    void: bool = False
    void_note: Said = ""
    late: bool = False
    tags: tuple[Said, ...] = ()
    struck: tuple[tuple[int, Said], ...] = ()


@dataclass(frozen=True)
class Signature:
    """A place to sign: what for, and the name, day and way when it is signed already.

    `later` says that what was signed was changed since.
    """

    zh: str
    en: str = ""
    name: str = ""
    day: str = ""
    picture: bytes = b""  # SVG of a drawn signature, made here
    way: Said = ""
    later: Said = ""


def _signature(zh: str, en: str = "", name: str = "", day: str = "") -> Signature:
    return Signature(zh, en, name, day)


Signatures = tuple[Signature | tuple[str, ...], ...]


@dataclass(frozen=True, kw_only=True)
class Paper:
    """What all papers have in common. `code` and `proof_url` make the QR code; without either there is none.

    `created` and `modified` come from the record, so that the same record gives the same bytes; they fall back to
    `printed_at`. `trail` is the number and hash of the newest audit entry, which makes each paper its witness. `names` are the
    registers whose customers are named on it in clear: it is shown again to those alone who read these names.
    """

    title_zh: str
    title_en: str = ""
    organisation_zh: str = ""
    organisation_en: str = ""
    signed_by: Signatures = ()
    notes: tuple[Said, ...] = ()
    masking_note: Said = ""
    names: tuple[str, ...] | None = None
    printed_at: datetime | None = None
    printed_by: str = ""
    trail: tuple[int, str] | None = None
    checkpoint: Said = ""
    code: str = ""
    proof_url: str = ""
    created: datetime | None = None
    modified: datetime | None = None
    seal: bool = True

    @property
    def title(self) -> tuple[str, str]:
        return self.title_zh, self.title_en

    @property
    def organisation(self) -> tuple[str, str]:
        return self.organisation_zh, self.organisation_en

    @property
    def signatures(self) -> tuple[Signature, ...]:
        """The places to sign; bare tuples (zh, en, name) count too."""
        return tuple(place if isinstance(place, Signature) else _signature(*place) for place in self.signed_by)


@dataclass(frozen=True, kw_only=True)
class Book(Paper):
    """A register of a period, oldest row first. `book` is the number of the book; `rows_per_page` is how many rows
    of usual height a page should hold at most; `sheets` names the page of each row, where rows keep their pages. `head`
    stands above the table; `mark` says whether the book is closed; `closing` are the lines (zh, en, and the text when it is
    known) that a page leaves under the table, as for the end of a shift."""

    columns: Sequence[Column]
    rows: Sequence[Row]
    book: str = ""
    period: Said = ""
    head: tuple[Said, ...] = ()
    closing: tuple[tuple[str, str] | tuple[str, str, str], ...] = ()
    sheets: tuple[int, ...] = ()
    mark: Said = ""
    rows_per_page: int = 12
    signed_by: Signatures = SIGNED_BY
    paper: str = "A4 landscape"


@dataclass(frozen=True)
class Table:
    """A table inside a form: its columns, and lines of cells, whose labels are left out; `blank` lines are left to write in."""

    columns: tuple[Column, ...]
    lines: tuple[tuple["Cell", ...], ...]
    blank: int = 0


@dataclass(frozen=True)
class Cell:
    """One ruled cell of a form: label, value, width in twelfths of the line, lines at least, boxes to tick.

    `label` is how many twelfths the label takes when the usual width is too little, as for a question. A `table` takes
    the whole line, with the label above it. `struck` are values that were corrected after the record was closed.
    """

    zh: str
    en: str = ""
    value: Said = ""
    span: int = 6
    tall: int = 1
    boxes: tuple[tuple[str, str, bool], ...] = ()
    label: int = 0
    table: Table | None = None
    struck: tuple[Said, ...] = ()
    public: bool = False


Part = tuple[str, str, tuple[Cell, ...]]


@dataclass(frozen=True, kw_only=True)
class Form(Paper):
    """One record as its own paper form; `blank` leaves the values empty, to fill in by hand.

    `place` is its book, page and line; a `late` record bears when it was `entered`; a form of several `copies` is drawn
    once for each, under the same number.
    """

    number: str = ""
    head: tuple[Cell, ...] = ()
    parts: tuple[Part, ...] = ()
    void: bool = False
    void_note: Said = ""
    late: bool = False
    blank: bool = False
    place: Said = ""
    entered: str = ""
    copies: tuple[Said, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Certificate(Paper):
    """A certificate: facts in ruled cells, then paragraphs, then places to sign, day of issue and seal."""

    number: str
    facts: tuple[Cell, ...] = ()
    paragraphs: tuple[Said, ...] = ()
    parts: tuple[Part, ...] = ()
    recipient: Said = ""
    issued_at: date | datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Letter(Paper):
    """A letter; its title is what it is about. `letter_number` is its own, `number` that of the record; `mark` stands over
    the title, as 更正(G) does on a letter that takes the place of another. `issued` is its day in words."""

    number: str
    letter_number: str = ""
    mark: Said = ""
    recipient: Said = ""
    paragraphs: tuple[Said, ...] = ()
    closing: Said = ""
    enclosures: tuple[Said, ...] = ()
    issued: Said = ""


@dataclass(frozen=True, kw_only=True)
class Poster(Paper):
    """A notice for the boards; what it says `plainly` stands in a frame. One in `colour` has its title and frame in red."""

    number: str
    recipient: Said = ""
    paragraphs: tuple[Said, ...] = ()
    plainly: tuple[Said, ...] = ()
    closing: Said = ""
    valid_until: Said = ""
    colour: bool = False
    issued: Said = ""


@dataclass(frozen=True, kw_only=True)
class Commendation(Paper):
    """A framed sheet that thanks the `recipient`; the `deed` stands below in small type."""

    number: str
    recipient: Said = ""
    paragraphs: tuple[Said, ...] = ()
    deed: tuple[Said, ...] = ()
    issued: Said = ""


@dataclass(frozen=True)
class Asked:
    """One question of a questionnaire and its boxes to tick, each in both languages; without boxes it is answered on lines."""

    zh: str
    en: str = ""
    boxes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Copy:
    """One numbered copy of a questionnaire: to whom it goes, and the address in its QR code, where it is entered."""

    number: str
    house: str = ""
    address: str = ""


@dataclass(frozen=True, kw_only=True)
class Questionnaires(Paper):
    """Copies of one questionnaire, to be filled in by hand and brought back; `writing` is the label of the lines at its end."""

    subject: Said = ""
    greeting: tuple[Said, ...] = ()
    asked: tuple[Asked, ...] = ()
    writing: Said = ""
    thanks: Said = ""
    day: Said = ""
    copies: tuple[Copy, ...] = ()


@dataclass(frozen=True)
class Amount:
    """One cell of a counted table: a number `n`, a rate (`n` of `of`), or words, and of words the `kind` of field they come from."""

    words: Said = ""
    n: int | None = None
    of: int | None = None
    short: bool = False
    kind: str = ""


@dataclass(frozen=True)
class Tally:
    """One line of a counted table. `formula` and `clause` stand small below its label; the label of one that is not `public` may
    name a house or what somebody wrote."""

    label: Said
    cells: tuple[Amount, ...]
    formula: Said = ""
    target: Said = ""
    clause: str = ""
    total: bool = False
    public: bool = True


@dataclass(frozen=True)
class Drawing:
    """A picture of the figures of a block, as SVG in print ink in each language of paper; its title says it in words."""

    zh: str
    en: str
    both: str


@dataclass(frozen=True)
class Block:
    """One block of a counted report: its table, and the picture above it. One that is `listed` has rows of words, one that is
    `folded` stands in two halves beside each other; `more` says that there are more rows than stand here, `silence` why there is none."""

    key: str
    title: Said
    headings: tuple[Said, ...]
    lines: tuple[Tally, ...]
    note: Said = ""
    drawing: Drawing | None = None
    listed: bool = False
    folded: bool = False
    more: Said = ""
    silence: Said = ""


@dataclass(frozen=True, kw_only=True)
class Report(Paper):
    """A report of a period, counted from the registers. `mark` says how it stands; `facts` are period, scope and basis.

    `missing` is what should have been done before it was made; `words` are those of the people who drew it up. Whoever is to see
    more of it than its numbers belongs to all `sites` (their codes), and reads the registers `reads`.
    """

    number: str = ""
    mark: Said = ""
    opening: Said = ""
    facts: tuple[Cell, ...] = ()
    missing: tuple[Tally, ...] = ()
    blocks: tuple[Block, ...] = ()
    words: tuple[Cell, ...] = ()
    sites: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
