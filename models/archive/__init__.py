"""客户档案: where the file of each customer lies and what is in it, who looked into it, and what became of it in the end."""

from models.archive.access import ArchiveAccess
from models.archive.contact_list import ContactList
from models.archive.copy import ArchiveCopy
from models.archive.custodian import ArchiveCustodian
from models.archive.destruction import DestructionList
from models.archive.index import ArchiveIndex
from models.archive.owner_information import OwnerInformation
from models.archive.particulars import Particulars
from models.archive.protection import ArchiveCheck
from models.archive.transfer import ArchiveTransfer
from models.core.chapter import Chapter
from models.core.message import _

CHAPTER = Chapter(
    "archive",
    _("Customer archive"),
    (
        ArchiveIndex,
        ContactList,
        Particulars,
        OwnerInformation,
        ArchiveAccess,
        ArchiveCopy,
        ArchiveTransfer,
        ArchiveCheck,
        DestructionList,
        ArchiveCustodian,
    ),
)
