"""工程: shifts, handovers and inspections."""

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from tests.rule import LATER, START, Expected, Owed, Wanted, after, at, midnight

POSTS = "FASEG"  # who has a shift to hand over
LOG = {
    "read": "ESPQU",
    "create": "ES",
    "edit": "ES",
    "void": "SP",
    "print": "ESPQU",
    "export": "SPQU",
    "load": "",
    "names": "",
    "unmask": "",
}
HANDOVER = {
    "read": "FASPEGQU",
    "create": POSTS,
    "edit": POSTS,
    "void": "SP",
    "print": "FASPEGQU",
    "export": "SPQU",
    "load": "",
    "names": "",
    "unmask": "",
}

REGISTERS = {
    "engineering_log": LOG | {"take_over": "E", "report_incident": "E", "sign outgoing": "E", "sign incoming": "E", "sign check": "SPE"},
    "shift_handover": HANDOVER
    | {
        "prepare": POSTS,
        "arrive": POSTS,
        "check_equipment": POSTS,
        "hand_over": POSTS,
        "stop": POSTS,
        "inform_manager": POSTS,
        "resume": POSTS,
        "sign outgoing": "FASEG",
        "sign incoming": "FASEG",
        "sign check": "SPE",
    },
    "handover_inventory": HANDOVER | {"sign_off": POSTS, "sign outgoing": "FASEG", "sign incoming": "FASEG", "sign witness": "FASPEG"},
    "equipment_inspection": LOG | {"load": "S", "sign_off": "EP", "sign technician": "E", "sign manager": "PE"},
    "daily_check": LOG | {"report": "E", "finish": "E", "sign_off": "EP", "sign technician": "E", "sign manager": "PE"},
    "monthly_check": LOG | {"create": "ESP", "edit": "ESP", "load": "S", "sign_off": "ESP", "sign inspector": "SPE"},
    "cleaning_check": LOG
    | {
        "load": "S",
        "accept": "ESP",
        "order_rework": "ESP",
        "recheck_passed": "ESP",
        "supervise": "EP",
        "sign inspector": "SPE",
        "sign manager": "PE",
    },
}

SPEC = {
    "REG-02": {
        "班次": "shift",
        "值班人": "officer",
        "设备运行情况": "systems",
        "操作注意事项": "systems",
        "仪器/工具齐全完好": "tools_complete tools_intact",
        "值班室卫生": "room_clean",
        "异常及措施": "events",
        "交班人签名": "signed by Outgoing officer",
        "接班人签名": "signed by Incoming officer",
    },
    "REG-03": {
        "上班记录已阅": "log_read log",
        "未完成工作": "unfinished",
        "仪表/工具/机房钥匙/固定资产数量": "articles differing",
        "设备运行": "equipment",
        "贵重物品": "valuables",
        "值班室卫生": "room_clean",
        "不得交接事由": "not_explained irregular absent unfit in_accident fault mismatch understaffed unknown_cause",
        "双方签名": "signed by Incoming officer",
        "时间": "handed_over_at",
    },
    "REG-44": {
        "周次": "week",
        "设备设施完好情况": "condition",
        "技工日检完成": "daily_checks",
        "周工作完成": "week_work",
        "技工填写": "technician",
        "经理抽查签认": "step sign_off",
    },
    "REG-45": {
        "设备状态": "items",
        "开启台数/编号": "items",
        "仪表值": "items",
        "噪声/振动/异味": "items",
        "温度": "items",
        "天气": "weather",
        "卫生": "items",
        "工器具": "items",
        "灯光": "items",
        "消防器材": "items",
        "故障及处理": "faults",
    },
    "REG-46": {},
    "REG-47": {
        "名称": "articles",
        "规格": "articles",
        "清单数": "articles",
        "实点数": "articles",
        "差异": "differences",
    },
    "REG-48": {
        "区域": "area",
        "上一班": "shift_before",
        "合格否": "qualified",
        "返工": "rework",
        "复查": "recheck",
    },
}


def arrived(session: Session, row: Any) -> None:
    """The incoming officer is at the post."""
    row.incoming, row.arrived_at = "李强", row.opened_at


def arrived_unfit(session: Session, row: Any) -> None:
    """The incoming officer is at the post and may not take over."""
    arrived(session, row)
    row.unfit = True


SYSTEMS = [{"system": name, "running": "normal", "caution": "无"} for name in ("power", "water", "lifts", "fire", "air")]

READY = {
    ("engineering_log", "take_over"): {"systems": SYSTEMS},
    ("shift_handover", "stop"): {"unfit": True},
    ("shift_handover", "inform_manager"): arrived_unfit,
    ("shift_handover", "check_equipment"): arrived,
    ("shift_handover", "hand_over"): arrived,
    ("shift_handover", "resume"): arrived_unfit,
    ("daily_check", "report"): {"serious": True, "faults": "渗水", "found_at": START},
    ("cleaning_check", "accept"): {"qualified": True},
}

DUE = {"department": "engineering", "due_at": LATER}
SERIOUS = {"serious": True, "faults": "渗水", "found_at": START}

CLOCKS = {
    ("shift_handover", "prepare"): Expected("RULE-139", at(LATER - timedelta(minutes=20)), "prepared_at", over=DUE),
    ("shift_handover", "arrive"): Expected("RULE-140", at(LATER - timedelta(minutes=15)), "arrived_at", over=DUE),
    ("shift_handover", "at_post"): Expected("RULE-141", at(LATER - timedelta(minutes=10)), "arrived_at", over=DUE),
    ("shift_handover", "relief"): Expected("RULE-147 RULE-164", at(LATER), "handed_over_at", over=DUE),
    ("daily_check", "finish"): Expected("RULE-162", midnight, "finished_at", over={"shift": "early"}),
}

TELLS = {
    ("shift_handover", "stopped"): Owed(
        "RULE-151",
        after(minutes=15),
        to="engineering",
        over=DUE,
        then={"stopped_at": START},
        met_by="manager_told_at",
        one_post=True,
    ),
    ("daily_check", "serious"): Owed("RULE-155", after(minutes=15), to="engineering", over=SERIOUS, met_by="reported_at", one_post=True),
}

PLANS = {
    ("daily_check", "daily"): Wanted("RULE-153", "every day"),
    ("equipment_inspection", "weekly"): Wanted("RULE-156", "every week"),
    ("cleaning_check", "supervision"): Wanted("RULE-161", "every day"),
}
