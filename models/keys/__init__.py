"""钥匙: whose keys are in custody, which hang in the cabinet, and who took which."""

from models.core.chapter import Chapter
from models.core.message import _
from models.keys.authorisation import CustodyAuthorisation
from models.keys.borrow import KeyBorrow
from models.keys.check import KeyCheck
from models.keys.custody import KeyCustody
from models.keys.on_hook import KeyOnHook

CHAPTER = Chapter("keys", _("Keys"), (CustodyAuthorisation, KeyCustody, KeyOnHook, KeyBorrow, KeyCheck))
