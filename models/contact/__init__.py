"""来电来访: who calls, comes and writes."""

from models.contact.call_visit import CallVisit
from models.contact.correspondence import Correspondence
from models.contact.enquiry import Enquiry
from models.contact.first_response import FirstResponse
from models.contact.front_desk_visitor import FrontDeskVisitor
from models.contact.suggestion_box import SuggestionBox
from models.core.chapter import Chapter
from models.core.message import _

CHAPTER = Chapter("contact", _("Calls and visits"), (CallVisit, FirstResponse, Correspondence, Enquiry, FrontDeskVisitor, SuggestionBox))
