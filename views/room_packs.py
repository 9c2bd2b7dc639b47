"""The evidence packs of the auditor's room."""

from __future__ import annotations


class PackPages:
    """The pages of packs."""
