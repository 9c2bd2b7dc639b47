"""秩序维护: who and what comes through the gate, what a patrol finds, and what is handed to the police."""

from models.core.chapter import Chapter
from models.core.message import _
from models.security.gate_visitor import GateVisitor
from models.security.patrol_log import PatrolLog
from models.security.security_incident import SecurityIncident
from models.security.unfamiliar_vehicle import UnfamiliarVehicle

CHAPTER = Chapter("security", _("Security"), (GateVisitor, UnfamiliarVehicle, PatrolLog, SecurityIncident))

__all__ = ["CHAPTER", "GateVisitor", "PatrolLog", "SecurityIncident", "UnfamiliarVehicle"]
