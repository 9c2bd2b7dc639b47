"""工程值班与检查: shifts and how they are handed over, and what technicians and their manager look at every day, week and month."""

from models.core.chapter import Chapter
from models.core.message import _
from models.engineering.cleaning_check import CleaningCheck
from models.engineering.daily_check import DailyCheck
from models.engineering.engineering_log import EngineeringLog
from models.engineering.equipment_inspection import EquipmentInspection
from models.engineering.handover_inventory import HandoverInventory
from models.engineering.monthly_check import MonthlyCheck
from models.engineering.shift_handover import ShiftHandover

CHAPTER = Chapter(
    "engineering",
    _("Equipment and shifts"),
    (EngineeringLog, ShiftHandover, HandoverInventory, EquipmentInspection, DailyCheck, MonthlyCheck, CleaningCheck),
)

__all__ = [
    "CHAPTER",
    "CleaningCheck",
    "DailyCheck",
    "EngineeringLog",
    "EquipmentInspection",
    "HandoverInventory",
    "MonthlyCheck",
    "ShiftHandover",
]
