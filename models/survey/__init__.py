"""客户意见调查: what customers think of the service."""

from models.core.chapter import Chapter
from models.core.message import _
from models.survey.batch import SurveyBatch
from models.survey.form import SatisfactionForm
from models.survey.improvement import SurveyImprovement
from models.survey.statistics import SatisfactionStatistics
from models.survey.topic import TopicQuestionnaire

CHAPTER = Chapter("survey", _("Survey"), (SurveyBatch, SatisfactionForm, SatisfactionStatistics, TopicQuestionnaire, SurveyImprovement))
