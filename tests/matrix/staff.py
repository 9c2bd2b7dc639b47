"""员工: training, rewards and undertakings."""

REGISTERS: dict[str, dict[str, str]] = {}

SPEC: dict[str, dict[str, str]] = {}
