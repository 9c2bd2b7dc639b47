"""Work behind the pages: what is declared as a job is asked for by a page and done by the worker.

A job is a function under `@job`, in a module that stands on the `SHELF`:

    @job("print_year", _("Print the books of a year"), by="lead")
    def print_year(run: Run, *, year: int) -> Message:
        for place, book in enumerate(books):
            …
            run.progress(place + 1, len(books))
        return _("{n} books printed", n=len(books))

`ask` puts it into the books; `services/jobs/passes.py` is what the clock does each minute.
"""

from __future__ import annotations

from importlib import import_module

from services.jobs.declaring import WORK, Run, Stopped, Work, job

SHELF = (
    "services.notices.testing",
    "services.packs",
    "services.report_packs",
    "services.late_times",
    "services.evidence.pack",
    "services.exchange.later",
    "services.exchange.undoing",
    "services.exchange.uploads",
    "services.surveying.issuing",
    "services.surveying.printing",
)


def works() -> dict[str, Work]:
    """Every job of the house, by name; what does them is loaded now."""
    for module in SHELF:
        import_module(module)
    return WORK


__all__ = ["Run", "Stopped", "Work", "job", "works"]
