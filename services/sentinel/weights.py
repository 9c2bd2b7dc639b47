"""How much each likeness of two complaints counts: a small table, made by `python -m benchmarks.sentinel_tuning` on half of the labels."""

from __future__ import annotations

# By the features of `services/sentinel/likeness.py`; the last is what a pair that has none of them begins with.
WEIGHTS = {
    "cosine": 4.71,
    "titles": 12.79,
    "runs": 0.85,
    "place": 1.66,
    "conflict": -6.23,
    "time": -0.68,
    "": -4.79,
}
ENOUGH = 0.5  # from this sum on, two complaints are shown as being about one event
