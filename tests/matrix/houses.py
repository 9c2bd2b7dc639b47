"""房屋: sites, buildings, households and persons."""

REGISTERS: dict[str, dict[str, str]] = {}

SPEC: dict[str, dict[str, str]] = {}
