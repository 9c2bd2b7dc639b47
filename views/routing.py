"""Routes that are compiled when they are needed: 76 registers have over a thousand, and most of their addresses are never built."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule


class LateRule(Rule):
    """A route that compiles what builds its address at the first address built; matching requests needs none of it."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        make = super()._compile_builder

        def build(rule: Rule, **values: Any) -> tuple[str, str]:
            made = make(append_unknown)
            setattr(rule, "_build_unknown" if append_unknown else "_build", made.__get__(rule, None))
            return made(rule, **values)

        return build
