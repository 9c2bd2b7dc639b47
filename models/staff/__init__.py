"""人员: training, rewards and penalties, confidentiality."""

from models.core.chapter import Chapter
from models.core.message import _
from models.staff.confidentiality import Confidentiality
from models.staff.reward_penalty import RewardPenalty
from models.staff.training import Training

CHAPTER = Chapter("staff", _("Staff"), (Training, RewardPenalty, Confidentiality))
