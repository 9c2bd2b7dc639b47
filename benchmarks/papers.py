"""Registers as PDF: processor time and memory of whole processes that print the same rows, beside the printers that are at hand."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measure import Figure
from benchmarks.paper_peers import PRINTERS
from services.settings import PROJECT

SIZES = (30, 300, 3_000, 10_000)
RUNS = 3  # of which the best counts, since the machine is shared
PEERS = ("typst", "reportlab", "chromium", "weasyprint")
LARGEST = 3_000  # rows that a peer prints, unless more is asked for: the slow ones take minutes at 10,000
TARGETS = {3_000: (1.5, 100.0), 10_000: (4.0, 160.0)}  # seconds and megabytes after the start, signed


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds of processor time and peak megabytes of a process and those it started; the memory is that of the largest."""

    cpu: float
    peak: float

    def less(self, start: Spent) -> Spent:
        """What came after the start."""
        return Spent(self.cpu - start.cpu, self.peak - start.peak)

    def __str__(self) -> str:
        return f"{self.cpu:.2f} s, {self.peak:.0f} MB"


def child(printer: str, rows: int, folder: Path) -> Spent:
    """Print in a process of its own. Raises SystemExit when it fails."""
    command = [sys.executable, "-m", "benchmarks.paper_peers", printer, str(rows), str(folder)]
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        _pid, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        assert process.stderr is not None
        if process.returncode:
            raise SystemExit(process.stderr.read().decode()[-2000:])
    return Spent(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def best(printer: str, rows: int, folder: Path, runs: int = RUNS) -> Spent:
    """The least of some runs."""
    found = [child(printer, rows, folder) for _each in range(runs)]
    return Spent(min(each.cpu for each in found), min(each.peak for each in found))


def run(folder: Path, rows: int) -> list[Figure]:
    """The figures of registers on paper; `rows` is not used. Peers print up to `TAIZHANG_PEERS` rows."""
    place = folder / "papers"
    place.mkdir(parents=True, exist_ok=True)
    largest = int(os.environ.get("TAIZHANG_PEERS", LARGEST))
    figures = []
    for size in SIZES:
        start, sealing = best("start", size, place), best("start_sealing", size, place)
        ours, signed = best("ours", size, place), best("signed", size, place)
        figures += _after(size, ours.less(start), signed.less(sealing))
        for name in PEERS:
            if size <= largest:
                figures.append(_beside(size, name, ours, child(name, size, place)))
    return figures


def _after(size: int, ours: Spent, signed: Spent) -> list[Figure]:
    """What a register takes once the process has started, painted alone and signed."""
    seconds, megabytes = TARGETS.get(size, (None, None))
    name = f"{size:,} rows, after the start"
    return [
        Figure(f"{name}, signed: time", str(signed), f"unsigned {ours}", signed.cpu, seconds, unit=" s"),
        Figure("… memory", str(signed), f"unsigned {ours}", signed.peak, megabytes, unit=" MB"),
    ]


def _beside(size: int, name: str, ours: Spent, peer: Spent) -> Figure:
    assert name in PRINTERS
    return Figure(f"{size:,} rows, whole process", str(ours), f"{name} {peer}", ours.cpu / peer.cpu)
