"""The sheets that a register is printed on: A4 lying on its long side or upright, bound at the left. Millimetres."""

from dataclasses import dataclass

LEFT, TOP = 25.0, 12.0  # from the edges of the sheet to the type area; 12 at the right, 9 below
ROW, LEAST_ROW = 10.1, 8.0  # the usual row; a sheet that asks for more rows than fit gets lower ones
FOOT = 26.0  # signatures, proof, seal and QR code
GAP = 2.4  # least room between table or notes and foot
CLOSING = 7.5  # a line left under the table
BELOW = 1.2  # between table and notes


@dataclass(frozen=True)
class Sheet:
    """A sheet, its type area, and the room beside the title for organisation and book."""

    across: float
    down: float
    width: float
    height: float
    side: float

    @property
    def right(self) -> float:
        """Where the type area ends."""
        return LEFT + self.width

    @property
    def bottom(self) -> float:
        """Where it ends below."""
        return TOP + self.height


SHEETS = {
    "A4 landscape": Sheet(297.0, 210.0, 260.0, 189.0, 74.0),
    "A4 portrait": Sheet(210.0, 297.0, 173.0, 276.0, 46.0),
}
