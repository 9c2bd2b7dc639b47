"""Times, taken in turn, and the table they are printed in. Only ratios of one run mean anything on a busy machine."""

from __future__ import annotations

import gc
import statistics
import time
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Taken:
    """What a call took: milliseconds of processor time and of the clock on the wall, each the median of its runs."""

    cpu: float
    wall: float
    runs: int


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of a table. `value` stands against `target`: at most it, or at least it where `least` says so."""

    name: str
    ours: str
    other: str
    value: float
    target: float | None = None
    least: bool = False
    unit: str = "×"

    @property
    def kept(self) -> bool:
        """Whether the target is kept; a figure without one is for information."""
        return self.target is None or (self.value >= self.target if self.least else self.value <= self.target)


def in_turn(calls: dict[str, Callable[[], Any]], rounds: int, patience: float = 20.0) -> dict[str, Taken]:
    """Run the calls one after the other, `rounds` times after a round that is not counted.

    A call that has used up `patience` seconds is not run again once it was counted three times.
    """
    cpu: dict[str, list[float]] = {name: [] for name in calls}
    wall: dict[str, list[float]] = {name: [] for name in calls}
    for name in calls:
        calls[name]()
    for _each in range(rounds):
        for name, call in calls.items():
            if sum(wall[name]) > patience and len(wall[name]) >= 3:
                continue
            gc.collect()
            began, used = time.perf_counter(), time.process_time()
            call()
            cpu[name].append(time.process_time() - used)
            wall[name].append(time.perf_counter() - began)
    return {name: Taken(statistics.median(cpu[name]) * 1000, statistics.median(wall[name]) * 1000, len(cpu[name])) for name in calls}


def once(call: Callable[[], Any]) -> tuple[Any, float, float]:
    """What a call gives back, and the seconds of processor time and of the clock that it took."""
    began, used = time.perf_counter(), time.process_time()
    given = call()
    return given, time.process_time() - used, time.perf_counter() - began


def table(title: str, figures: list[Figure]) -> str:
    """The figures as a table of Markdown, padded to be read on a terminal too."""
    lines = [["", "ours", "beside", "ratio", "target", ""]]
    for each in figures:
        target = "" if each.target is None else f"{'≥' if each.least else '≤'} {number(each.target)}{each.unit}"
        value = f"{number(each.value)}{each.unit}" if each.unit else ""
        verdict = "" if each.target is None else "kept" if each.kept else "MISSED"
        lines.append([each.name, each.ours, each.other, value, target, verdict])
    widths = [max(wide(line[place]) for line in lines) for place in range(len(lines[0]))]
    drawn = [
        "| " + " | ".join(cell + " " * (width - wide(cell)) for cell, width in zip(line, widths, strict=True)) + " |" for line in lines
    ]
    drawn.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return f"### {title}\n\n" + "\n".join(drawn) + "\n"


def number(value: float) -> str:
    """A number in three figures at least."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}" if value >= 0.1 else f"{value:.4f}"


def wide(cell: str) -> int:
    """How many places of a terminal a text takes."""
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in cell)


def ms(taken: Taken) -> str:
    """A time as the table says it: processor, and the wall behind it."""
    return f"{taken.cpu:,.1f} ms (wall {taken.wall:,.1f})"
