"""护卫: gate, patrol and incidents."""

REGISTERS: dict[str, dict[str, str]] = {}

SPEC: dict[str, dict[str, str]] = {}
