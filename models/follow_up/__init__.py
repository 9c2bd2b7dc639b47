"""回访: follow-ups, appraisals, feedback, the plan of the year, calls on customers."""

from models.core.chapter import Chapter
from models.core.message import _
from models.follow_up.appraisal import AppraisalForm
from models.follow_up.call_on import CustomerCall
from models.follow_up.feedback import FeedbackHandling
from models.follow_up.plan import VisitPlan
from models.follow_up.visit import FollowUpVisit

CHAPTER = Chapter("follow_up", _("Follow-up visits"), (FollowUpVisit, AppraisalForm, FeedbackHandling, VisitPlan, CustomerCall))
