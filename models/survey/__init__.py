"""客户意见调查: what customers think of the service."""

from models.core.chapter import Chapter
from models.core.message import _
from models.survey.form import SatisfactionForm

CHAPTER = Chapter("survey", _("Survey"), (SatisfactionForm,))
