"""回访: visits to residents and what they say."""

REGISTERS: dict[str, dict[str, str]] = {}

SPEC: dict[str, dict[str, str]] = {}
