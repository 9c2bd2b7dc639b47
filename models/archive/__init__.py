"""客户档案: where the file of each customer lies and what is in it."""

from models.archive.index import ArchiveIndex
from models.core.chapter import Chapter
from models.core.message import _

CHAPTER = Chapter("archive", _("Customer archive"), (ArchiveIndex,))
