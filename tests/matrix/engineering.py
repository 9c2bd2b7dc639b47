"""工程: shifts, handovers and inspections."""

REGISTERS: dict[str, dict[str, str]] = {}

SPEC: dict[str, dict[str, str]] = {}
