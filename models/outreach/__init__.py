"""公告与业委会: notices, the handbook, suggestions, forums, the owners' committee, activities, visits."""

from models.core.chapter import Chapter
from models.core.message import _
from models.outreach.birthday_card import BirthdayCard
from models.outreach.bulletin_board import BulletinBoard
from models.outreach.committee_meeting import CommitteeMeeting
from models.outreach.committee_notice import CommitteeNotice
from models.outreach.committee_query import CommitteeQuery
from models.outreach.community_activity import CommunityActivity
from models.outreach.forum import Forum
from models.outreach.handbook_issue import HandbookIssue
from models.outreach.notice import Notice
from models.outreach.peer_visit import PeerVisit
from models.outreach.suggestion import Suggestion

CHAPTER = Chapter(
    "outreach",
    _("Notices and owners' committee"),
    (
        Suggestion,
        Forum,
        CommitteeMeeting,
        CommitteeNotice,
        CommitteeQuery,
        Notice,
        HandbookIssue,
        BulletinBoard,
        BirthdayCard,
        CommunityActivity,
        PeerVisit,
    ),
)
