"""The rows of a long sheet, read by a process of its own: while some are entered here, the next are read on another processor.

That process knows what a sheet is and nothing of the house, so that it begins at once and takes little memory.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from services.exchange import sheet_xml
from services.exchange.sheet_xml import Sheet, SheetBook

LONG = 5_000  # rows from which on a sheet is worth a process
AHEAD = 2**20  # bytes that it may be ahead, about as many as are entered at once; of less there would be waiting


def rows(book: SheetBook, sheet: Sheet, source: Path | None, at_once: int) -> Iterator[tuple[int, list[Any]]]:
    """The rows of a sheet: `at_once` of them are read here, and all others too unless the file `source` is given to read them from.

    Raises what `FAULTS` names, and `ValueError` when the other process breaks off.
    """
    if source is None:
        yield from book.rows(sheet)
        return
    yield from islice(book.rows(sheet), at_once)
    book.texts = None  # the other process has its own
    yield from islice(_elsewhere(source, sheet), at_once, None)


def _elsewhere(source: Path, sheet: Sheet) -> Iterator[tuple[int, list[Any]]]:
    line = [sys.executable, "-I", str(Path(sheet_xml.__file__).resolve()), str(source.resolve()), *sheet]
    silent = subprocess.DEVNULL
    with subprocess.Popen(line, cwd="/", stdin=silent, stdout=subprocess.PIPE, stderr=silent, pipesize=AHEAD) as process:
        assert process.stdout is not None
        try:
            while some := pickle.load(process.stdout):
                yield from some
        except (EOFError, pickle.UnpicklingError) as trouble:
            raise ValueError(source) from trouble
        finally:
            process.kill()
