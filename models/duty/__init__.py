"""值班: what the officer on duty writes down, line by line."""

from models.core.chapter import Chapter
from models.core.message import _
from models.duty.duty_log import DutyLog

CHAPTER = Chapter("duty", _("Duty"), (DutyLog,))
