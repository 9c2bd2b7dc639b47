"""Routes that are made late and of shared pieces: 76 registers have the same pages, and most of their addresses are never built."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from werkzeug.routing import Map, Rule
from werkzeug.routing.rules import RulePart


class Piece(NamedTuple):
    """What stands between two slashes of a route, as read by werkzeug."""

    part: RulePart
    trace: list[tuple[bool, str]]
    converters: dict[str, Any]


class LateRule(Rule):
    """A route that reads its pieces once for all routes, and compiles what builds its address at the first address built.

    Matching requests needs no builder.
    """

    def _parse_rule(self, rule: str) -> Iterator[RulePart]:
        if "<path:" in rule:  # swallows slashes
            yield from super()._parse_rule(rule)
            return
        *inner, last = rule.split("/")
        for text in (*(f"{each}/" for each in inner), last):
            piece = _piece(self.map, text)
            self._trace.extend(piece.trace)
            self._converters.update(piece.converters)
            self.arguments.update(piece.converters)
            yield piece.part

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        make = super()._compile_builder

        def build(rule: Rule, **values: Any) -> tuple[str, str]:
            made = make(append_unknown)
            setattr(rule, "_build_unknown" if append_unknown else "_build", made.__get__(rule, None))
            return made(rule, **values)

        return build


def _piece(routes: Map, text: str) -> Piece:
    """What stands before a slash, or at the end of a route; read once for each map of routes."""
    known: dict[str, Piece] = vars(routes).setdefault("pieces", {})
    if text not in known:
        alone = Rule("/")
        alone.map = routes
        part = next(iter(alone._parse_rule(text)))
        known[text] = Piece(part, alone._trace, alone._converters)
    return known[text]
