"""What people are told: `notify` tells it, in the product at once and outside through the outbox of `outbox.py`."""

from __future__ import annotations

from services.notices.telling import mark_read, mine, notify, unread

__all__ = ["mark_read", "mine", "notify", "unread"]
