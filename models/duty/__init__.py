"""值班: who is on duty when, and what the officer on duty writes down, line by line."""

from models.core.chapter import Chapter
from models.core.message import _
from models.duty.absence import DutyAbsence
from models.duty.duty_log import DutyLog
from models.duty.must_tell import MustTell
from models.duty.roster import DutyRoster

CHAPTER = Chapter("duty", _("Duty"), (DutyLog, DutyRoster, DutyAbsence, MustTell))
