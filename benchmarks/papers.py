"""Registers as PDF: processor time and memory of whole processes that print the same rows, beside the printers that are at hand."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measure import Figure
from services.settings import PROJECT

SIZES = (30, 300, 3_000, 10_000)
RUNS = 3  # of ours, of which the best counts, since the machine is shared
PEERS = ("typst", "reportlab", "chromium", "weasyprint")
LARGEST = 3_000  # rows that a peer prints, unless more is asked for: the slow ones take minutes at 10,000
TARGETS = {3_000: (1.5, 100.0), 10_000: (4.0, 160.0)}  # seconds and megabytes after the start, signed


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds of processor time and peak megabytes: of the whole process, and what came after it had started."""

    cpu: float
    peak: float
    later_cpu: float
    later_peak: float


def child(printer: str, rows: int, folder: Path) -> Spent:
    """Print in a process of its own. Raises SystemExit when it fails."""
    command = [sys.executable, "-m", "benchmarks.paper_peers", printer, str(rows), str(folder)]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    ready_cpu, ready_peak, cpu, peak = json.loads(done.stdout.splitlines()[-1])
    return Spent(cpu, peak, cpu - ready_cpu, peak - ready_peak)


def best(printer: str, rows: int, folder: Path) -> Spent:
    """The fastest of some runs."""
    return min((child(printer, rows, folder) for _each in range(RUNS)), key=lambda each: each.later_cpu)


def run(folder: Path, rows: int) -> list[Figure]:
    """The figures of registers on paper; `rows` is not used. Peers print up to `TAIZHANG_PEERS` rows."""
    place = folder / "papers"
    place.mkdir(parents=True, exist_ok=True)
    largest = int(os.environ.get("TAIZHANG_PEERS", LARGEST))
    figures = []
    for size in SIZES:
        ours, signed = best("ours", size, place), best("signed", size, place)
        figures += _after(size, ours, signed)
        figures += [_beside(size, name, ours, child(name, size, place)) for name in PEERS if size <= largest]
    return figures


def _after(size: int, ours: Spent, signed: Spent) -> list[Figure]:
    """What a register takes once the process has started, painted alone and signed."""
    seconds, megabytes = TARGETS.get(size, (None, None))
    return [
        Figure(
            f"{size:,} rows signed, after the start", f"{signed.later_cpu:.2f} s", f"unsigned {ours.later_cpu:.2f} s",
            signed.later_cpu, seconds, unit=" s",
        ),
        Figure("… memory", f"{signed.later_peak:.0f} MB", f"unsigned {ours.later_peak:.0f} MB", signed.later_peak, megabytes, unit=" MB"),
    ]  # fmt: skip


def _beside(size: int, name: str, ours: Spent, peer: Spent) -> Figure:
    """Whole processes: ours, unsigned as the peer is."""
    said = f"{ours.cpu:.2f} s, {ours.peak:.0f} MB"
    return Figure("… whole process", said, f"{name} {peer.cpu:.2f} s, {peer.peak:,.0f} MB", ours.cpu / peer.cpu)
