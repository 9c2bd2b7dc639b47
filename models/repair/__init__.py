"""维修: repairs asked for, appointments moved, follow-ups and what they found."""

from models.core.chapter import Chapter
from models.core.message import _
from models.repair.follow_up import RepairFollowUp
from models.repair.rectification import RectificationNotice
from models.repair.request import RepairRequest
from models.repair.reschedule import Reschedule

CHAPTER = Chapter("repair", _("Repairs"), (RepairRequest, Reschedule, RepairFollowUp, RectificationNotice))
