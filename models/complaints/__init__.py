"""投诉: what residents complain about, from intake to closing, and what comes of it."""

from models.complaints.appeal import Appeal
from models.complaints.capa import CapaVerification
from models.complaints.case import ComplaintCase
from models.complaints.collective import CollectiveCase
from models.complaints.compensation import Compensation
from models.complaints.complaint import Complaint
from models.complaints.corrective import CorrectiveAction
from models.complaints.escalation import Escalation
from models.complaints.feedback import OutcomeFeedback
from models.complaints.handling import ComplaintHandling
from models.complaints.inspection import SiteInspection
from models.complaints.special_incident import SpecialIncident
from models.core.chapter import Chapter
from models.core.message import _

CHAPTER = Chapter(
    "complaints",
    _("Complaints"),
    (
        Complaint,
        ComplaintHandling,
        CollectiveCase,
        SpecialIncident,
        SiteInspection,
        CorrectiveAction,
        CapaVerification,
        Escalation,
        OutcomeFeedback,
        Compensation,
        Appeal,
        ComplaintCase,
    ),
)
