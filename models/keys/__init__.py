"""钥匙: which keys hang in the cabinet, and who took which."""

from models.core.chapter import Chapter
from models.core.message import _
from models.keys.borrow import KeyBorrow
from models.keys.on_hook import KeyOnHook

CHAPTER = Chapter("keys", _("Keys"), (KeyOnHook, KeyBorrow))
