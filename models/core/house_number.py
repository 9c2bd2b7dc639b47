"""One flat, however it is written: 3栋2单元1202, 3-2-1202 and ３号楼二单元１２０２室 have one key.

The key is what the registers are matched by. It is made of the parts of the number, from the building to the room,
without the words between them and without leading noughts; what cannot be parted stands in it as it is.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

LONGEST = 60
KEPT = 4_000  # of the numbers that were asked for last
BETWEEN = "-"

_DIGITS = "〇一二三四五六七八九"
_SAID = re.compile(r"第?([〇零一二两三四五六七八九十百]+)(?=[期区栋幢座号楼单门梯层室#]|$)")
_SPACE = re.compile(r"(?<=[0-9a-z])\s+(?=[0-9a-z])")
_DASH = re.compile(r"[-‐-―−－~～_/\\·.、,，;:#]+")
_FLAT = re.compile(r"(?<=[0-9a-z])(?:号?[室房户]|号)$")
_STAIRS = re.compile(r"(?<=[0-9a-z])(?:单元|[门梯])(?=[-0-9a-z]|$)")
_HOUSE = re.compile(r"(?<=[0-9a-z])(?:号楼|楼栋|[栋幢座])|(?<=[0-9a-z])号(?=[-0-9a-z])|(?<=[0-9a-z])号?楼(?=-?[0-9a-z]+(?:单元|[门梯]))")
_FIRST = re.compile(r"^([a-z]*[0-9]+[a-z]?)楼(?=[-0-9a-z]|$)")
_STOREY = re.compile(r"(?<=[0-9])[楼层](?=[-0-9a-z]|$)")
_ON_STOREY = re.compile(r"([0-9]+)层-?([0-9]+)([a-z]?)$")
_NOUGHTS = re.compile(r"(?<![0-9])0+(?=[0-9])")
_LOOSE = re.compile(r"(?<![0-9a-z])-+|-+(?![0-9a-z])")


@lru_cache(maxsize=KEPT)
def house_key(written: str | None) -> str | None:
    """The key of a house number as the office writes it; `None` for nothing."""
    found = written or ""
    while (folded := _folded(found)) != found:  # what one word leaves behind may stand beside another
        found = folded
    return found[:LONGEST].rstrip(BETWEEN) or None


def _folded(written: str) -> str:
    found = unicodedata.normalize("NFKC", written).casefold().strip()
    found = _SPACE.sub(BETWEEN, found.translate(_BRACKETS))
    found = "".join(found.split())
    found = _SAID.sub(lambda said: _counted(said[1]), found).replace("第", "")
    found = _DASH.sub(BETWEEN, _FIRST.sub(r"\1-", _HOUSE.sub(BETWEEN, found.replace("#楼", BETWEEN))))
    found = _STOREY.sub("层", _STAIRS.sub(BETWEEN, _FLAT.sub("", found)))
    return _NOUGHTS.sub("", _LOOSE.sub("", _ON_STOREY.sub(_room, found)))


def building_key(key: str | None) -> str | None:
    """The key of the building in which the flat of this key lies; `None` where the number names none."""
    building, between, _rest = (key or "").partition(BETWEEN)
    return building if between else None


def building_of(written: str) -> str | None:
    """The building as the writing of a flat names it: 3栋 of 3栋2单元1202, 19# of 19#-0201; 3栋 of 3-2-1202, which has no word for it."""
    key = building_key(house_key(written))
    if key is None:
        return None
    named = re.match(r"\s*(?:.*?(?:号楼|[栋幢座#＃])|[^-]*?[0-9０-９]+楼)", written)
    said = named[0].strip() if named else f"{key}栋"
    return said if house_key(said) == key else f"{key}栋"


def joined(*, estate: str = "", building: str = "", stairs: str = "", storey: str = "", room: str = "") -> str:
    """One house number of parts that a ledger keeps in columns of their own: 3, 2 and 1202 are 3栋2单元1202, 19# and 0201 are 19#-0201.

    A room that names its building already is the whole number.
    """
    if building and (house_key(room) or "").startswith(f"{house_key(building)}{BETWEEN}"):
        return room
    floor = re.search(r"\d+", unicodedata.normalize("NFKC", storey))
    if floor and re.fullmatch(r"\d{1,2}", room):
        room = f"{floor[0]}{room.zfill(2)}"
    parts = (_with(estate, "期"), _with(building, "栋"), _with(stairs, "单元"), room)
    return "".join(f"{part}{BETWEEN}" if part[-1:] in "#＃" else part for part in parts if part).rstrip(BETWEEN)


def _with(part: str, word: str) -> str:
    """A part with the word for it, where it is written as a bare figure or letter."""
    return f"{part}{word}" if re.fullmatch(r"[0-9A-Za-z０-９一二三四五六七八九十]{1,3}", part) else part


_BRACKETS = {ord(sign): None for sign in "()[]【】〔〕“”\"'"}


def _counted(said: str) -> str:
    """Chinese figures: 十二 is 12, 一二〇二 is 1202."""
    said = said.replace("零", "〇").replace("两", "二")
    if not {"十", "百"} & set(said):
        return "".join(str(_DIGITS.index(figure)) for figure in said)
    hundreds, _hundred, rest = said.partition("百") if "百" in said else ("", "", said)
    tens, ten, ones = rest.rpartition("十")
    worth = _worth(hundreds) * 100 + (_worth(tens or "一") * 10 if ten else 0) + _worth(ones)
    return str(worth)


def _worth(figures: str) -> int:
    return int("".join(str(_DIGITS.index(figure)) for figure in figures if figure in _DIGITS) or 0)


def _room(found: re.Match[str]) -> str:
    """A room that is told with its storey: 12层1202 and 12层02 are both 1202."""
    storey, room, letter = found.groups()
    room = room.lstrip("0") or "0"
    return f"{room if room.startswith(storey) and len(room) == len(storey) + 2 else storey + room.zfill(2)}{letter}"
