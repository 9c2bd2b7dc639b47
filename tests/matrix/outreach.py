"""沟通与公布: notices, meetings and the owners’ committee."""

REGISTERS: dict[str, dict[str, str]] = {}

SPEC: dict[str, dict[str, str]] = {}
