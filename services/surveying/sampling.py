"""Who is asked in a survey: all occupied households, or a sample that anybody can draw again with its seed.

A household is known by the key of its house. Each gets a rank, the SHA-256 of seed and key; a building gives as many households
as its share of all, by largest remainders, and those of the lowest ranks in it. So neither the order in which the list is read
nor a household that moves in elsewhere changes who else is asked in a building, and whoever doubts a sample can draw it again: the page
shows the key beside each house.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.core.house_number import building_key
from models.core.session import reading
from models.houses import Household
from models.survey import SatisfactionForm, SurveyBatch
from models.survey.batch import Sampling

FIGURES = re.compile(r"(\d+)")


@dataclass(frozen=True, slots=True)
class House:
    """An occupied house as the list of households writes it, and the key by which it is matched; copies have neither."""

    key: str
    written: str

    @property
    def building(self) -> str:
        """The key of its building; empty where its number names none."""
        return building_key(self.key) or ""


@dataclass(frozen=True, slots=True)
class Sample:
    """Whom a survey asks next: the `occupied` houses of the site, those `asked` already, and those to be asked now.

    `unnamed` are houses whose number names no building: no form bears such a number, so they wait until it is put right.
    """

    occupied: int
    asked: int
    houses: tuple[House, ...]
    unnamed: tuple[House, ...] = ()

    @property
    def digest(self) -> str:
        """What tells this choice from another one."""
        return hashlib.sha256("\n".join(each.key for each in self.houses).encode()).hexdigest()[:16]

    @property
    def buildings(self) -> list[tuple[str, list[House]]]:
        """The houses by building; copies without a house are not among them."""
        named = [house for house in self.houses if house.key]
        return [(building, list(mine)) for building, mine in groupby(named, key=lambda house: house.building)]


@dataclass(frozen=True, slots=True)
class Asked:
    """A house that has a form of a survey, or had one that is void now; `later`: drawn after the first draw, as in place of a void one."""

    house: House
    form: int
    number: str
    later: bool
    void: bool


def asked_houses(session: Session, survey: SurveyBatch) -> list[Asked]:
    """Everybody who was drawn for a survey, to its end and after it, in the order of a walk; copies without a house are left out.

    Whoever got a form on a later day than the first, or after a form had become void, was drawn later. Raises `Refused` for who
    may not read the forms.
    """
    form = SatisfactionForm.__table__.c
    columns = form.id, form.number, form.house_key, form.house, form.issued_on, form.created_at, form.voided_at
    mine = select(*columns).where(form.survey_id == survey.id).order_by(form.id)
    found = reading(session, SatisfactionForm, survey.site_id).execute(mine).all()
    first = min((row.issued_on for row in found), default=None)
    voided = min((row.voided_at for row in found if row.voided_at is not None), default=None)
    drawn_to = [
        Asked(
            House(row.house_key, row.house or row.house_key),
            row.id,
            row.number,
            row.issued_on > first or (voided is not None and row.created_at > voided),
            row.voided_at is not None,
        )
        for row in found
        if row.house_key
    ]
    return sorted(drawn_to, key=lambda each: (_walk(each.house), each.form))


def sample(session: Session, survey: SurveyBatch) -> Sample:
    """Whom the survey asks next, in the order of a walk through the buildings; a house that was asked is not asked again.

    Raises `Refused` for who may not read the households.
    """
    occupied = _occupied(session, survey.site_id)
    keys, forms = asked(session, survey)
    free = [house for house in occupied if house.building and house.key not in keys]
    unnamed = [house for house in occupied if not house.building and survey.sampling != Sampling.COPIES]
    wanted = max(0, (survey.sample_size or 0) - forms)
    match survey.sampling:
        case Sampling.COPIES:
            chosen = [House("", "")] * wanted
        case Sampling.RANDOM:
            chosen = drawn(free, wanted, survey.seed or 0)
        case _:
            chosen = free
    return Sample(len(occupied), forms, tuple(sorted(chosen, key=_walk)), tuple(sorted(unnamed, key=_walk)))


def drawn(houses: Iterable[House], many: int, seed: int) -> list[House]:
    """So many of the houses, spread over the buildings by their shares; the same seed finds the same ones."""
    ranked = sorted(houses, key=lambda house: (house.building, rank(seed, house.key)))
    blocks = [list(mine) for _building, mine in groupby(ranked, key=lambda house: house.building)]
    many = min(many, len(ranked))
    if not many:
        return []
    shares = [many * len(block) / len(ranked) for block in blocks]
    takes = [int(share) for share in shares]
    rest = sorted(range(len(blocks)), key=lambda n: (takes[n] - shares[n], rank(seed, blocks[n][0].building)))
    for place in rest[: many - sum(takes)]:
        takes[place] += 1
    return [house for block, take in zip(blocks, takes, strict=True) for house in block[:take]]


def rank(seed: int, key: str) -> str:
    """Where chance puts a house: the SHA-256 of seed and key, in hexadecimal."""
    return hashlib.sha256(f"{seed}:{key}".encode()).hexdigest()


def _occupied(session: Session, site_id: int) -> list[House]:
    """The houses of the site in which a household lives, each once."""
    table = Household.__table__.c
    living = (table.site_id == site_id, table.state == Household.State.LIVING.value, table.voided_at.is_(None))
    found = reading(session, Household, site_id).execute(select(table.house_key, table.house).where(*living).order_by(table.id.desc()))
    return [House(key, written) for key, written in {key: written for key, written in found if key}.items()]


def asked(session: Session, survey: SurveyBatch) -> tuple[set[str], int]:
    """The keys of the houses that have a form of the survey, and how many forms it has."""
    form = SatisfactionForm.__table__.c
    mine = select(form.house_key).where(form.survey_id == survey.id, form.voided_at.is_(None))
    keys = list(reading(session, SatisfactionForm, survey.site_id).execute(mine).scalars())
    return {key for key in keys if key}, len(keys)


def _walk(house: House) -> tuple[list[tuple[int, str]], str]:
    """Where a house stands on a walk: building 2 before 10."""
    parts = FIGURES.split(house.key)
    return [(int(each), "") if each.isdigit() else (0, each) for each in parts], house.key
