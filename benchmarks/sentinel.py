"""The sentinel on two real ledgers, and what a new complaint costs among a hundred thousand.

Each message is asked for, when it comes, which earlier one of its ledger is most likely about the same event: the
window is opened as far as the ledger goes, since events there run over weeks. What is printed counts on the half of
the labels that was not used for tuning. A message that stands alone, and an event's first one, have no right answer:
whatever is proposed for them is wrong.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from benchmarks.instance import instance
from benchmarks.ledgers import FOLDER, MEASURE, Label, Letter, folder, ledgers
from benchmarks.measure import Figure
from models.complaints import Complaint
from models.core import search
from models.core.access import CONSOLE
from models.core.actor import Actor, acting
from models.core.places import Company, Site
from models.core.session import now
from services.database import Apart, bring_up_to_date, db, writing
from services.made import Maker
from services.sentinel.alike import Alike, ranked
from services.sentinel.weights import ENOUGH
from services.sentinel.written import written
from services.settings import Settings

ZONE = ZoneInfo("Asia/Shanghai")
LARGEST = 5  # events that are left out to see what the others say
AMONG = 100_000
NEW = 120
LONG = 10  # sentences of a complaint that goes on for long
MOST_MS = 50
TABLE: Any = Complaint.__table__


@dataclass(frozen=True, slots=True)
class Answer:
    """What the sentinel said of one labelled message: the earlier ones that it found, the best first."""

    ledger: str
    letter: Letter
    label: Label
    known: bool  # an earlier message is about the same event
    found: list[Alike]
    same: Callable[[Alike], bool]

    @property
    def first(self) -> bool:
        """Whether the first that was found is of the same event, be it shown or not."""
        return bool(self.found) and self.same(self.found[0])

    @property
    def shown(self) -> bool:
        """Whether anything was proposed."""
        return bool(self.found) and self.found[0].score >= ENOUGH


@contextmanager
def office(home: Path) -> Iterator[tuple[Session, Site]]:
    """A new office in a folder, in which the console acts."""
    from app import create_app

    app = create_app(Settings(TAIZHANG_INSTANCE=home, DATABASE_URL=""))
    with app.app_context():
        bring_up_to_date()
        with writing(), Apart(bind=db.engine) as session:
            site = Site(company=Company(name="测量物业"), code="DEMO", name="测量服务中心")
            session.add(site)
            session.commit()
            with acting(Actor(None, "system:console", "控制台", CONSOLE, (site.id,))):
                yield session, site
                session.rollback()


def put(session: Session, site: Site, letters: list[Letter]) -> None:
    """Write the messages of a ledger into the complaint register, with their search index, as they came."""
    maker, connection = Maker(Complaint, ZONE, now(), seed=1), session.connection()
    nobody = dict.fromkeys(("house", "house_key", "place", "voided_at", "voided_by", "void_reason"))
    rows = [
        maker.values(each.at)
        | nobody
        | {"id": place, "site_id": site.id, "number": each.number, "version": 1, "taken_over": False, "received_at": each.at}
        | {"created_at": each.at, "created_by": "", "updated_at": each.at, "subject": each.title[:200], "content": each.content}
        for place, each in enumerate(letters, 1)
    ]
    connection.execute(insert(TABLE), rows)
    search.reindex(connection, Complaint, [(row["id"], "", search.tokens(Complaint, row)) for row in rows])


def answers() -> Iterator[Answer]:
    """What the sentinel says of every labelled message, asked in the order in which they came."""
    for name, letters, labels in ledgers(ZONE):
        with tempfile.TemporaryDirectory() as home, office(Path(home)) as (session, site):
            put(session, site, letters)
            rows = {row.number: row for row in session.connection().execute(select(TABLE))}
            came: set[str] = set()
            for letter in letters:
                label = labels.get(letter.number)
                if label is not None:
                    yield Answer(name, letter, label, label.event in came, *_asked(session, rows[letter.number], label, labels))
                    came |= {label.event} - {""}


def _asked(session: Session, row: Any, label: Label, labels: dict[str, Label]) -> tuple[list[Alike], Callable[[Alike], bool]]:
    def same(each: Alike) -> bool:
        other = labels.get(each.row.number)
        return bool(label.event) and other is not None and other.event == label.event

    return ranked(session, row, earlier=True), same


def judged(title: str, found: list[Answer], *, target: bool = True) -> list[Figure]:
    """How often the right group came first, how often what was proposed was right, and how much of it was proposed."""
    known = [each for each in found if each.known]
    shown = [each for each in found if each.shown]
    right = [each for each in shown if each.first]
    figures = [
        ("right group first", sum(each.first for each in known), len(known), 0.9),
        ("precision", len(right), len(shown), 0.9),
        ("recall", len(right), len(known), 0.7),
    ]
    return [
        Figure(
            f"{title}: {name}",
            f"{many} of {of} ({many / max(1, of):.3f})",
            "",
            many / max(1, of),
            least if target else None,
            least=True,
            unit="",
        )
        for name, many, of, least in figures
    ]


def quality() -> list[Figure]:
    """The figures of the half that was not used for tuning, with and without the largest events."""
    every = list(answers())
    half = [each for each in every if each.label.half == MEASURE]
    sizes = Counter((each.ledger, each.label.event) for each in half if each.label.event)
    largest = {event for event, _many in sizes.most_common(LARGEST)}
    writers: dict[tuple[str, str], set[str]] = defaultdict(set)
    for each in every:
        writers[each.ledger, each.label.event].add(each.letter.writer)
    apart = [each for each in half if not each.label.event or len(writers[each.ledger, each.label.event]) > 1]
    without = [each for each in half if (each.ledger, each.label.event) not in largest]
    counted = f"{len(sizes)} events, {sum(not each.label.event for each in half)} single"
    print(f"Half measured on: {counted}; tuned on the other half. Events in both: {len(writers) - len({each.ledger for each in every})}.")
    return [
        *judged("all", half),
        *judged(f"without the {LARGEST} largest events", without),
        *judged("events of several writers", apart, target=False),
        *judged("tuning half", [each for each in every if each.label.half != MEASURE], target=False),
    ]


def cost(home: Path) -> list[Figure]:
    """What the sentinel adds to the entry of a complaint among a hundred thousand: a short one, and one that goes on for long."""
    app = instance(home, AMONG).app()
    from services.reactions.collective import watch

    with app.app_context(), Apart(bind=db.engine) as session:
        site = session.execute(select(Site)).scalar_one()
        with acting(Actor(None, "system:console", "控制台", CONSOLE, (site.id,))), writing():
            maker, figures = Maker(Complaint, ZONE, now(), seed=7), []
            for title, sentences in (("a new complaint", 1), ("a long one", LONG)):
                figures.append(
                    _taken(f"{title} among {AMONG:,}", [_watched(session, watch, site, maker, sentences) for _each in range(NEW)])
                )
            session.rollback()
    return figures


def _watched(session: Session, watch: Callable[[Session, Any], None], site: Site, maker: Maker, sentences: int) -> tuple[float, float]:
    """The milliseconds that the sentinel takes for a made complaint of so many sentences: of the processor, and of the clock."""
    made = [maker.values(now()) for _each in range(sentences)]
    told = {name: value for name, value in made[0].items() if name in ASKED}
    row = Complaint(site_id=site.id, **told | {"content": "".join(each["content"] for each in made)})
    session.add(row)
    session.flush()
    written.cache_clear()  # nothing of what others wrote is in memory yet
    began, used = time.perf_counter(), time.process_time()
    watch(session, row)
    session.flush()
    return (time.process_time() - used) * 1000, (time.perf_counter() - began) * 1000


def _taken(title: str, spent: list[tuple[float, float]]) -> Figure:
    used, waited = sorted(each[0] for each in spent), statistics.median(each[1] for each in spent)
    median, most = statistics.median(used), used[int(len(used) * 0.95)]
    return Figure(title, f"median {median:.1f} ms (wall {waited:.1f}), 95 % {most:.1f} ms", "", median, MOST_MS, unit=" ms")


ASKED = ("channel", "received_at", "first_responder", "house", "complainant", "phone", "subject", "place", "content")


def run(home: Path, rows: int) -> list[Figure]:
    """The figures of the sentinel; `rows` is not used. The ledgers are measured where somebody says where they are."""
    if folder() is None:
        print(f"The two ledgers are not measured: name their folder with --ledgers or ${FOLDER}.", file=sys.stderr)
        return cost(home)
    return [*quality(), *cost(home)]
