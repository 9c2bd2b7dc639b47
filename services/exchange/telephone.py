"""Telephones as offices write them: with spaces, dashes and brackets, without the nought that Excel took, several in one cell."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from models.core.message import _
from services.exchange.reading import NOTHING, UNKNOWN, Unreadable, plainly, short


def phone(raw: Any) -> str | None:
    """A telephone number: 13800138000, 0755-12345678, 0755-12345678-801, 82345678, 400-123-4567 or +85212345678.

    Several in one cell stand behind one another, as 13800138000/13900139000.
    """
    if isinstance(raw, str) and _MOBILE.fullmatch(raw):
        return raw
    said = unicodedata.normalize("NFKC", plainly(raw)).strip()
    if said.casefold() in NOTHING or said in UNKNOWN:
        return None
    try:
        return _one_phone(raw, said)
    except Unreadable:
        parts = [part for part in _BETWEEN.split(said) if part]
        if len(parts) < 2:
            parts = said.split()
        if len(parts) < 2:
            raise
    return "/".join(dict.fromkeys(_one_phone(part, part) for part in parts))


_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_BETWEEN = re.compile(r"\s*[/、,;|\n和或及]\s*")


def _one_phone(raw: Any, said: str) -> str:
    if "*" in said:
        raise Unreadable(_("The telephone “{value}” is masked; enter all its digits", value=short(said)))
    if re.fullmatch(r"\d(?:\.\d+)?e\+?\d+", said, re.IGNORECASE):
        raise Unreadable(_("Excel has shortened the telephone to “{value}”; format the column as text and enter it again", value=said))
    digits = re.sub(r"[\s\-‐-―()./_]+", "-", re.sub(r"(?:转|ext\.?|分机)\s*", "-", said, flags=re.IGNORECASE)).strip("-")
    bare = digits.replace("-", "")
    # A column of numbers has lost the nought before the area code, and after +86 it is left out.
    without_nought = isinstance(raw, int | float)
    for prefix in ("+86", "0086", "86"):
        if bare.startswith(prefix) and re.fullmatch(r"1[3-9]\d{9}|0?[1-9]\d{8,11}", bare[len(prefix) :]):
            bare = digits = bare[len(prefix) :]
            without_nought = True
            break
    found = _telephone(bare, digits)
    if found is None and without_nought:
        found = _telephone(f"0{bare}", f"0{bare}")
    if found is None:
        raise Unreadable(_("“{value}” is not a telephone number; expected 13800138000 or 0755-12345678", value=short(said)))
    return found


def _telephone(bare: str, digits: str) -> str | None:
    if _MOBILE.fullmatch(bare) or re.fullmatch(r"\+[1-9]\d{6,14}", bare):
        return bare
    if re.fullmatch(r"[48]00\d{7}", bare):
        return f"{bare[:3]}-{bare[3:6]}-{bare[6:]}"
    if re.fullmatch(r"[2-9]\d{6,7}", bare):
        return bare
    parted = re.fullmatch(r"(0(?:10|2\d|[3-9]\d{2}))-?([1-9]\d{2,3}-?\d{4})(?:-(\d{1,6}))?", digits)
    if parted:
        return "-".join(part.replace("-", "") for part in parted.groups() if part)
    return None
