"""How much each likeness of two complaints counts: a small table, made by `python -m benchmarks.sentinel_tuning` on half of the labels."""

from __future__ import annotations

# By the features of `services/sentinel/likeness.py`; the last is what a pair that has none of them begins with.
WEIGHTS = {
    "cosine": 7.51,
    "titles": 13.28,
    "runs": 0.41,
    "place": 2.04,
    "conflict": -6.71,
    "time": -0.74,
    "": -5.04,
}
ENOUGH = 0.5  # from this sum on, two complaints are shown as being about one event
