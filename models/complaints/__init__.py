"""投诉: what residents complain about, from intake to closing."""

from models.complaints.complaint import Complaint
from models.complaints.escalation import Escalation
from models.complaints.handling import ComplaintHandling
from models.complaints.special_incident import SpecialIncident
from models.core.chapter import Chapter
from models.core.message import _

CHAPTER = Chapter("complaints", _("Complaints"), (Complaint, ComplaintHandling, Escalation, SpecialIncident))
