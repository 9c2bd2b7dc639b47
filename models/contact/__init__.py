"""来电来访: who calls, comes and writes."""

from models.contact.call_visit import CallVisit
from models.core.chapter import Chapter
from models.core.message import _

CHAPTER = Chapter("contact", _("Calls and visits"), (CallVisit,))
