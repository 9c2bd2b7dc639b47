"""What people are told: `notify` tells it, in the product at once and outside through the outbox of `outbox.py`.

What is told of one matter is gathered: `matters.py` says what belongs together, `reading.py` makes one notice of it for
the reader, and the outbox one letter of what goes out together.
"""

from __future__ import annotations

from services.notices.reading import Notice, Told, mark_read, mine, one, unread
from services.notices.telling import notify

__all__ = ["Notice", "Told", "mark_read", "mine", "notify", "one", "unread"]
