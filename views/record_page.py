"""The page of one record as `record.html` draws it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask import g

from models.core import signatures
from models.core.access import ROLES, granted
from models.core.message import NOTHING, Message, _
from models.core.papers import against
from models.core.places import Site
from models.core.register import REGISTERS, Register
from models.core.session import now, today
from models.core.workflow import may
from models.houses import Building, Household
from models.keys import KeyOnHook
from services import houses, ink, relations, site_settings, trail
from services.database import db
from services.display import Reader, hides, signer, unnamed
from services.listing import Asked, Listing, Place
from services.papers.terms import joined
from services.relations import Related
from views import attachments, report_records, signing
from views.attachments import Section
from views.dials import Dial, dials
from views.likeness import Likeness, likenesses
from views.offers import offers
from views.pages import Button, Clause, Marks, State, conduct, ordinal, rules_at, state_of
from views.stamps import Stamp, stamp_of

SHORT = 3  # entries of a form that opens over the page
ICONS = {"escalate": "escalate", "reopen": "again"}


@dataclass(slots=True)
class Shown:
    """One labelled value of a record."""

    label: str
    mark: str
    text: str
    kind: str
    wide: bool = False
    strong: bool = False
    url: str = ""
    unmask_url: str = ""
    paragraphs: list[str] = field(default_factory=list)
    heads: list[tuple[str, str]] = field(default_factory=list)
    lines: list[list[str]] = field(default_factory=list)


@dataclass(slots=True)
class RecordPart:
    """A section of the record."""

    ordinal: str
    title: str
    cells: list[Shown]


# As the buttons name the languages in which a paper can be had, whatever the language of the page.
PAPER_LANGUAGES = (("zh", "中文"), ("en", "English"), ("both", "中文/English"))


@dataclass(slots=True)
class SlotShown:
    """One place to sign: who signed, in which post and when; or whose turn it is, and what can be done."""

    label: str
    mark: str
    who: str = ""
    post: str = ""
    at: str = ""
    ink: str = ""
    url: str = ""
    changed: bool = False
    added: int = 0
    turn: bool = False
    wait: str = ""
    buttons: list[Button] = field(default_factory=list)


@dataclass(slots=True)
class BookOfHouse:
    """What one register has of a house: its title, how many records, and the numbers and addresses of the newest."""

    title: str
    many: str
    newest: list[tuple[str, str]]


@dataclass(slots=True)
class RecordPage:
    """Everything that `record.html` draws."""

    title: str
    number: str
    sub: tuple[str, ...]
    state: State
    void: dict[str, str] | None
    stamp: Stamp | None
    tags: list[tuple[str, bool]]
    clocks: list[Dial]
    parts: list[RecordPart]
    buttons: list[Button]
    more: list[Button]
    related: list[dict[str, str]]
    related_title: str
    alike: list[Likeness]
    house: list[BookOfHouse]
    facts_title: str
    facts: list[tuple[str, str]]
    attachments: Section
    clauses: list[Clause]
    conduct: list[Clause]
    history: list[Any]
    proof: list[tuple[str, str]]
    back_url: str
    back_label: str
    history_more_url: str = ""
    previous_url: str = ""
    next_url: str = ""
    slots: list[SlotShown] = field(default_factory=list)
    offers: list[tuple[str, str]] = field(default_factory=list)
    since: dict[str, Any] | None = None


class RecordMaker:
    """Makes the page of one record for one request."""

    def __init__(self, row: Register, url: str) -> None:
        self.row = row
        self.register = type(row)
        self.url = url
        self.here = f"{url}{row.id}/"
        self.reader: Reader = g.shell.reader
        self.marks = Marks()

    def make(self) -> RecordPage:
        """The page."""
        row = self.row
        signatures.look_up(db.session(), self.register, [row.id])
        buttons, more = self._buttons()
        before, after = self._neighbours()
        parts = self._parts()
        slots = self._slots()
        if not any(each.primary for each in buttons):
            for slot in slots:
                for each in slot.buttons[:1]:
                    each.primary = slot.turn
        facts_title, facts = self._facts()
        state = state_of(self.register, row.state, row.voided_at is not None)
        return RecordPage(
            title=str(self.register.about.title),
            number=row.number,
            sub=tuple(each for each in (self._place(), str(_("clause {clause}", clause=self.register.about.clause))) if each),
            state=state,
            void={"reason": row.void_reason or "", "by": row.voided_by or "", "at": self.reader.moment(row.voided_at)}
            if row.voided_at
            else None,
            stamp=stamp_of(row, state, self.reader),
            tags=[(str(_("Taken over")), False)] if row.taken_over else [],
            clocks=dials(row, self.reader, self.marks, self.here),
            parts=parts,
            buttons=buttons,
            more=more,
            related=self._related(),
            related_title=str(_("Related records")),
            alike=likenesses(row, self.reader),
            house=self._house(),
            facts_title=str(facts_title),
            facts=facts,
            attachments=attachments.section(row),
            clauses=self.marks.notes,
            conduct=conduct(self.register),
            history=self._history(),
            proof=self._proof(),
            back_url=self.url,
            back_label=str(self.register.about.title),
            previous_url=f"{self.url}{before}/" if before else "",
            next_url=f"{self.url}{after}/" if after else "",
            slots=slots,
            offers=offers(row, self.reader.role),
            since=report_records.otherwise(row),
        )

    def _neighbours(self) -> tuple[int | None, int | None]:
        """The records above and below this one in the list of its site."""
        listing = Listing(db.session(), self.register, self.row.site_id, Asked(), self.reader.role, self.reader.zone)
        return listing.neighbours(Place(self.row.get(self.register.about.moment), self.row.id))

    def _place(self) -> str:
        """Book, page and line of the record, as the paper book has them."""
        from services.papers.volumes import place

        return joined(place(self.row), self.reader.language)

    # The values ------------------------------------------------------------------------

    def _parts(self) -> list[RecordPart]:
        found = []
        for part in self.register.parts:
            said = [
                key
                for key in part.keys.split()
                if self.reader.of(self.row, key) or not (part.later or self.register.field(key).kind == "link")
            ]
            if not said:
                continue
            cells = [self._cell(key) for key in said]
            found.append(RecordPart(ordinal(len(found) + 1, self.reader.language), str(part.title), cells))
        return found

    def _cell(self, key: str) -> Shown:
        field_ = self.register.field(key)
        owner_class, owner = self.register, self.row
        if "." in key:
            owner = getattr(self.row, key.partition(".")[0])
            owner_class = type(owner) if owner is not None else owner_class
        text = self.reader.of(self.row, key)
        mark = self.marks.mark(field_.clause, field_.label, field_.help, rules_at(field_))
        cell = Shown(str(field_.label), mark, text, field_.kind, strong=key == self.register.about.subject)
        if field_.lines is not None:
            cell.wide, cell.heads = True, [(str(column.label), column.kind) for column in field_.lines.columns.values()]
            cell.lines = self.reader.lines(owner_class, field_, self.row.get(key))
        elif field_.kind == "text" or len(text) > 40:
            cell.wide = True
            cell.paragraphs = [each for each in text.splitlines() if each.strip()] if field_.kind == "text" else []
        if field_.kind == "link" and text:
            linked = self.row.get(key)
            cell.url = f"/register/{field_.target}/{linked}/" if granted(REGISTERS[field_.target], "read", self.reader.role) else ""
        if field_.kind == "record" and text:
            target, record_id, _number = self.row.get(key).split("/", 2)
            cell.url = f"/register/{target}/{record_id}/" if granted(REGISTERS[target], "read", self.reader.role) else ""
        if (
            text
            and field_.personal
            and owner is self.row
            and hides(owner_class, field_, self.reader.role)
            and granted(self.register, "unmask", self.reader.role)
        ):
            cell.unmask_url = f"{self.here}unmask/{key}/"
        return cell

    # The places to sign ----------------------------------------------------------------

    def _slots(self) -> list[SlotShown]:
        signed, shown, waited = signatures.standing(self.row), [], False
        for slot in self.register.slots:
            if slot.name not in signed and not slot.asked_of(self.row):
                continue
            place = SlotShown(str(slot.label), self.marks.mark(slot.clause, slot.label, NOTHING, slot.rule))
            signature = signed.get(slot.name)
            if signature is not None:
                place.who = signer(self.register, slot, signature, self.reader)
                title = site_settings.title(db.session(), self.row.site_id, signature.role)
                place.post = title or str(ROLES.get(signature.role, ""))
                place.at = f"{self.reader.short_moment(signature.signed_at, now().year)} {signatures.Way.labelled(signature.way)}"
                hidden = unnamed(self.register, slot, self.reader.role)
                place.ink = ink.data_address(signature.ink) if signature.ink and not hidden else ""
                place.url = f"{self.here}signed/{signature.id}/" if signature.digest else ""
                place.changed = bool(signatures.changed_since(self.row, signature))
                place.added = len(signatures.added_since(self.row, signature))
            elif self.row.voided_at is None:
                reason = signatures.against(self.row, slot)
                place.turn = not waited and not slot.optional
                place.wait = str(reason) if reason else ""
                place.buttons = signing.buttons(self.row, slot, f"{self.here}sign/{slot.name}/") if reason is None else []
                waited = waited or not slot.optional
            shown.append(place)
        return shown

    # What can be done ------------------------------------------------------------------

    def _buttons(self) -> tuple[list[Button], list[Button]]:
        """Buttons at the head, the next step the blue one, or grey with the reason that stands against it; the rest behind three dots."""
        row, role = self.row, self.reader.role
        shown: list[Button] = []
        more: list[Button] = []
        held: list[Button] = []
        if row.voided_at is None and granted(self.register, "edit", role):
            shown.append(Button(_("Correct"), f"{self.here}edit/", "edit"))
        for transition in self.register.transitions:
            if not granted(self.register, transition.name, role) or row.voided_at is not None or row.state not in transition.sources:
                continue
            verdict = may(row, transition.name)
            button = Button(
                transition.label,
                f"{self.here}step/{transition.name}/",
                ICONS.get(transition.name, ""),
                disabled=not verdict,
                why=verdict.reason,
                dialog=len(transition.asked) <= SHORT,
            )
            if transition.step and verdict and not any(each.primary for each in shown):
                button.primary = True
                button.icon = ""
                shown.append(button)
            elif transition.name in ICONS:
                shown.append(button)
            else:
                (held if transition.step and not verdict else more).append(button)
        if held and not any(each.primary for each in shown):
            shown.append(held.pop(0))
        figures, kept = report_records.ways(row)
        shown, more = [*shown, *figures], [*held, *kept, *more]
        if granted(self.register, "print", role):
            shown.append(Button(_("Print"), f"{self.here}print/", "print"))
            for name, title in [("", _("Form")), *((f"{each.name}/", each.title) for each in row.prints if against(row, each) is None)]:
                ways = [(code, said) for code, said in PAPER_LANGUAGES if name or code != self.reader.language]
                more += [Button(f"{title} {said}", f"{self.here}print/{name}?lang={code}", "print") for code, said in ways]
        if row.voided_at is None and granted(self.register, "void", role):
            more.append(Button(_("Void"), f"{self.here}void/", "void", dialog=True))
        return shown, more

    # What belongs to it ----------------------------------------------------------------

    def _related(self) -> list[dict[str, str]]:
        same = str(_("same number"))
        return [
            {"label": str(each.register.about.title), "text": same if each.number == self.row.number else each.number, "url": _url(each)}
            for each in relations.related(db.session(), self.row, self.reader.role)
        ]

    def _house(self) -> list[BookOfHouse]:
        """What all books have of the house of a unit, a household or a person."""
        key = houses.house_of(self.row)
        if key is None:
            return []
        books = houses.books_of(db.session(), self.row.site_id, key, self.reader.role, self.row)
        return [
            BookOfHouse(str(book.register.about.title), f"{book.many:,}", [(each.number, _url(each)) for each in book.newest])
            for book in books
        ]

    def _facts(self) -> tuple[Message, list[tuple[str, str]]]:
        """What the margin says beside some records, under its heading: the units of a building, the label of a key."""
        if isinstance(self.row, KeyOnHook):
            told = [self.reader.of(self.row, key) for key in self.row.on_label(db.session())]
            return _("Label of the key"), [(str(_("Written on it")), " · ".join(each for each in told if each))]
        return _("Units"), self._units() if isinstance(self.row, Building) and granted(Household, "read", self.reader.role) else []

    def _units(self) -> list[tuple[str, str]]:
        """How many units a building has, and in how many of them somebody lives."""
        session = db.session()
        site = session.get_one(Site, self.row.site_id)
        lived_in = houses.occupied(session, site, today(), self.row)
        return [(str(_("Units in the list")), f"{houses.units(session, site, self.row):,}"), (str(_("Lived in today")), f"{lived_in:,}")]

    def _history(self) -> list[Any]:
        return trail.history(db.session, self.row, self.reader)

    def _proof(self) -> list[tuple[str, str]]:
        last = trail.last_of(db.session, self.row)
        if last is None:
            return []
        seq, digest = last
        return [(str(_("Trail entry")), f"{seq:,}"), (str(_("Digest")), " ".join(digest[i : i + 4] for i in range(0, 16, 4)))]


def _url(record: Related) -> str:
    return f"/register/{record.register.key}/{record.id}/"
