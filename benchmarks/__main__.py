"""`python -m benchmarks [PART …]`: run the benchmarks and print their tables."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks.measure import Figure, table
from services.settings import PROJECT


def parts() -> dict[str, tuple[str, Callable[[Path, int], list[Figure]]]]:
    """The parts by name: their titles, and what runs them over a folder with a number of rows."""
    from benchmarks import clocks, exchange, exchange_in, hostile, lists, papers, reports, sentinel, start, trail, writes

    return {
        "start": ("Start of a worker", start.run),
        "lists": ("Lists", lists.run),
        "papers": ("Registers on paper", papers.run),
        "exchange": ("Excel and CSV", exchange.run),
        "import": ("A long ledger taken over", exchange_in.run),
        "hostile": ("Hostile workbooks", hostile.run),
        "reports": ("Reports", reports.run),
        "trail": ("Audit trail", trail.run),
        "clocks": ("The pass of the clocks", clocks.run),
        "sentinel": ("Complaints about one event", sentinel.run),
        "writes": ("Writing by eight people at once", writes.run),
    }


def main() -> int:
    """Run what is asked for; 1 when `--check` is given and a target is missed."""
    known = parts()
    reader = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    reader.add_argument("parts", nargs="*", metavar="PART", help=f"one of {', '.join(known)}; all when none is named")
    reader.add_argument("--rows", type=int, default=1_000_000, help="rows in the large register (default: 1,000,000)")
    reader.add_argument(
        "--folder",
        type=Path,
        default=Path(os.environ.get("TAIZHANG_BENCH", PROJECT / "build" / "benchmarks")),
        help="where instances with made rows are kept (default: $TAIZHANG_BENCH, else build/benchmarks)",
    )
    reader.add_argument("--ledgers", default="", metavar="FOLDER", help="where the two real ledgers are (default: $TAIZHANG_LEDGERS)")
    reader.add_argument("--peers", type=int, default=0, help="rows that the peers of the papers print at most (default: 3,000)")
    reader.add_argument("--check", action="store_true", help="end with 1 when a target is missed")
    asked = reader.parse_args()
    if unknown := set(asked.parts) - set(known):
        reader.error(f"there is no part {', '.join(sorted(unknown))}")
    if asked.ledgers:
        os.environ["TAIZHANG_LEDGERS"] = asked.ledgers
    if asked.peers:
        os.environ["TAIZHANG_PEERS"] = str(asked.peers)
    kept = True
    for name in asked.parts or known:
        title, run = known[name]
        figures = run(asked.folder, asked.rows)
        kept = kept and all(each.kept for each in figures)
        print(table(title, figures), flush=True)
    return 1 if asked.check and not kept else 0


if __name__ == "__main__":
    sys.exit(main())
