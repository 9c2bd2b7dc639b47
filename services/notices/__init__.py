"""What people are told: `notify` tells it, in the product at once and outside through the outbox of `outbox.py`."""

from __future__ import annotations

from services.notices.telling import Told, mark_read, mine, notify, one, unread

__all__ = ["Told", "mark_read", "mine", "notify", "one", "unread"]
