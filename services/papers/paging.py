"""Which rows of a register stand on which page, how high, and how many rows of the last page stay blank."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.papers.paper import Book
from services.papers.sheets import LEAST_ROW, ROW

_NEARLY = 0.01  # mm


@dataclass(frozen=True, slots=True)
class Page:
    """The rows from `first` to before `after`, by the height of each; `blank` rows stay free below them."""

    number: int
    first: int
    after: int
    heights: tuple[float, ...]
    blank: int = 0
    row: float = ROW  # mm, of a blank row

    @property
    def height(self) -> float:
        """The height of all rows, written and blank."""
        return sum(self.heights) + self.blank * self.row


def least_row(book: Book, room: float) -> float:
    """The least height of a row in mm, so that as many as the book asks for fit into `room`."""
    return max(LEAST_ROW, min(ROW, room / max(1, book.rows_per_page)))


def pages(book: Book, heights: Sequence[float], room: float) -> Iterator[Page]:
    """The pages, each with at most `room` mm of rows that need these heights."""
    least = least_row(book, room)
    sheets = book.sheets
    first, used, many = 0, 0.0, 0
    filled: list[float] = []
    for index, needed in enumerate(heights):
        height = max(needed, least)
        turned = bool(sheets) and index > 0 and sheets[index] != sheets[index - 1]
        if filled and (turned or used + height > room + _NEARLY or len(filled) == book.rows_per_page):
            many += 1
            yield Page(_number(book, index - 1, many), first, index, tuple(filled))
            first, used, filled = index, 0.0, []
        filled.append(height)
        used += height
    blank = max(0, min(book.rows_per_page - len(filled), int((room - used + _NEARLY) // least)))
    yield Page(_number(book, len(heights) - 1, many + 1), first, len(heights), tuple(filled), blank, least)


def _number(book: Book, last: int, many: int) -> int:
    """The number of the page that ends with the row `last`, where rows keep their pages, or else its place."""
    return book.sheets[last] if book.sheets and last >= 0 else many
