"""The figures of the service as a whole in plain SQL."""

from __future__ import annotations


def rows(register: str, moment: str, more: str = "") -> str:
    """The records of a register that are not void, in the period by a moment."""
    return f"FROM {register} WHERE site_id = :site AND voided_at IS NULL AND {moment} >= :start AND {moment} < :end {more}"


def days(register: str, day: str, more: str = "") -> str:
    """The same by a day."""
    return f"FROM {register} WHERE site_id = :site AND voided_at IS NULL AND {day} >= :first AND {day} < :after {more}"


COUNTED = {
    "duty": rows("duty_log", "received_at"),
    "calls": rows("call_visit", "received_at"),
    "enquiries": rows("enquiry", "received_at"),
    "rounds": days("equipment_inspection", "inspected_on"),
    "patrols": rows("patrol_log", "walked_at"),
    "incidents": rows("security_incident", "happened_at"),
    "loans": rows("key_borrow", "lent_at"),
    "lost_keys": rows("key_borrow", "lost_at"),
    "notices": days("notice", "posted_on"),
    "meetings": rows("committee_meeting", "began_at"),
    "forums": rows("forum", "held_at"),
    "activities": days("community_activity", "planned_on"),
    "suggestions": days("suggestion", "received_on"),
    "trainings": days("training", "held_on"),
    "capa": days("capa_verification", "opened_on"),
    "received": rows("complaint", "received_at"),
    "repairs": rows("repair_request", "received_at"),
    "repaired": rows("repair_request", "completed_at"),
    "visits": rows("follow_up_visit", "visited_at"),
    "called_on": rows("customer_call", "visited_at"),
    "opinions": days("feedback_handling", "visited_on"),
    "delivered": days("committee_notice", "delivered_on", "AND submitted = 'profit_and_loss'"),
}


def figures(place: str, keys: str) -> dict[str, str]:
    """The numbers of such figures at a place of a report."""
    return {f"{place}/{key}": f"SELECT count(*) {COUNTED[key]}" for key in keys.split()}
