"""`python -m benchmarks.sentinel_tuning`: the weights of the sentinel from the half of the labels that is for tuning.

A logistic regression over the candidates of each message of that half, by Newton's method; the ledgers are named by
$TAIZHANG_LEDGERS. What it prints goes into `services/sentinel/weights.py` by hand.
"""

from __future__ import annotations

import math

from benchmarks.ledgers import TUNE
from benchmarks.sentinel import Answer, answers
from services.sentinel.weights import WEIGHTS

NAMES = list(WEIGHTS)  # the last of them is the constant
ROUNDS = 30
RIDGE = 0.1  # keeps a weight from growing where the labels say nothing against it


def pairs(found: list[Answer]) -> list[tuple[list[float], float]]:
    """The features of every candidate of every message, and whether it is of the same event."""
    return [([each.found[name] if name else 1.0 for name in NAMES], float(answer.same(each))) for answer in found for each in answer.found]


def fitted(known: list[tuple[list[float], float]]) -> list[float]:
    """The weights that make the labels most likely."""
    size = len(NAMES)
    weights = [0.0] * size
    for _round in range(ROUNDS):
        slope = [-RIDGE * weight for weight in weights]
        bend = [[RIDGE if i == j else 0.0 for j in range(size)] for i in range(size)]
        for row, truth in known:
            said = 1 / (1 + math.exp(-max(-30.0, min(30.0, sum(map(float.__mul__, weights, row))))))
            for i in range(size):
                slope[i] += row[i] * (truth - said)
                for j in range(size):
                    bend[i][j] += row[i] * row[j] * said * (1 - said)
        weights = [weight + step for weight, step in zip(weights, solved(bend, slope), strict=True)]
    return weights


def solved(matrix: list[list[float]], right: list[float]) -> list[float]:
    """The solution of a small system of equations, by elimination."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for i in range(len(rows)):
        best = max(range(i, len(rows)), key=lambda k: abs(rows[k][i]))
        rows[i], rows[best] = rows[best], rows[i]
        rows[i] = [value / rows[i][i] for value in rows[i]]
        for k in range(len(rows)):
            if k != i:
                rows[k] = [value - rows[k][i] * over for value, over in zip(rows[k], rows[i], strict=True)]
    return [row[-1] for row in rows]


def main() -> None:
    """Print the table, and what each threshold would give on the tuning half."""
    half = [each for each in answers() if each.label.half == TUNE]
    weights = fitted(pairs(half))
    print("\n".join(f'    "{name}": {weight:.2f},' for name, weight in zip(NAMES, weights, strict=True)))
    best = []
    for answer in half:
        scored = [(sum(w * (each.found[n] if n else 1.0) for n, w in zip(NAMES, weights, strict=True)), each) for each in answer.found]
        best.append((answer, *max(scored, key=lambda pair: (pair[0], pair[1].row.id), default=(-math.inf, None))))
    known = sum(answer.known for answer, _score, _each in best)
    print(f"right group first: {sum(a.known and e is not None and a.same(e) for a, _s, e in best) / known:.3f}")
    for threshold in (-0.5, 0.0, 0.25, 0.5, 0.75, 1.0, 1.5):
        shown = [(a, e) for a, s, e in best if s >= threshold]
        right = sum(a.same(e) for a, e in shown if e is not None)
        print(f"from {threshold:5.2f}: precision {right / max(1, len(shown)):.3f}, recall {right / known:.3f}")


if __name__ == "__main__":
    main()
