"""Time limits of one kind in plain SQL."""

from __future__ import annotations

KEPT = "AND k.met_at <= k.due_at"


def limit(register: str, name: str, kept: str = "") -> str:
    """How many records of a register that are not void have this running time limit in the period, and over or met."""
    return (
        f"SELECT count(*) FROM {register} r JOIN clock k ON k.register = '{register}' AND k.record_id = r.id AND k.name = '{name}' "
        "WHERE r.site_id = :site AND r.voided_at IS NULL AND k.stopped_at IS NULL AND k.due_at >= :start AND k.due_at < :end "
        f"AND (k.met_at IS NOT NULL OR k.due_at < :now) {kept}"
    )


def rate(place: str, register: str, name: str) -> dict[str, str]:
    """Both numbers of the rate of a time limit."""
    at = f"{place}/{register}_{name}"
    return {at: limit(register, name, KEPT), f"{at}/of": limit(register, name)}


def kept(register: str, name: str, record: str) -> str:
    """That a record kept the time limit."""
    return (
        f"EXISTS (SELECT 1 FROM clock k WHERE k.register = '{register}' AND k.record_id = {record} AND k.name = '{name}' "
        "AND k.stopped_at IS NULL AND k.met_at <= k.due_at)"
    )
