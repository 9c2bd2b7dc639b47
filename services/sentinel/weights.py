"""How much each likeness of two complaints counts: a small table, made by `python -m benchmarks.sentinel_tuning` on half of the labels."""

from __future__ import annotations

# By the features of `services/sentinel/likeness.py`; the last is what a pair that has none of them begins with.
WEIGHTS = {
    "cosine": 5.66,
    "titles": 14.49,
    "runs": 0.51,
    "place": 1.89,
    "conflict": -5.53,
    "time": -0.66,
    "": -4.98,
}
ENOUGH = 0.5  # from this sum on, two complaints are shown as being about one event
