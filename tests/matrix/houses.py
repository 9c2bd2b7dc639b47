"""房屋: sites, buildings, households and persons."""

PAPERS = {"create": "AS", "edit": "AS", "void": "SP", "print": "ASPU", "export": "SPU", "load": "S"}
PLACES = PAPERS | {"read": "FASPEGU", "names": "", "unmask": ""}
PEOPLE = PAPERS | {"read": "FASPU", "names": "FASP", "unmask": "FASP"}

REGISTERS: dict[str, dict[str, str]] = {
    "building": PLACES | {"give_up": "AS"},
    "unit": PLACES | {"hand_over": "AS"},
    "household": PEOPLE | {"move_out": "AS"},
    "person": PEOPLE | {"leave": "AS"},
}

SPEC: dict[str, dict[str, str]] = {}
