"""Complaints of the demonstration house that are settled: closed with all their signatures, answered, reopened, void."""

from __future__ import annotations

from typing import Any

from services.demo.complaints import complaint, contact, form, handle, plan, reply
from services.demo.story import Step, Story, When, ago, on


def confirm(at: When) -> Step:
    """The project manager confirms how it will be handled, where no plan was written."""
    return Step("sign plan", at, "linguodong")


def own_hand(at: When, who: str) -> Step:
    """Who handled it signs the result."""
    return Step("sign handler", at, who)


def on_paper(at: When, resident: str) -> Step:
    """The resident has signed the paper."""
    return Step("sign resident", at, "zhoumin", {"way": "paper", "person": resident})


def sign_off(reviewed: When, closed: When) -> tuple[Step, ...]:
    """The supervisor reviews it; the manager gives the opinion and closes it."""
    return (
        Step("sign review", reviewed, "zhoumin"),
        Step("sign opinion", closed, "linguodong"),
        Step("close", closed, "linguodong", {"satisfied": True}),
    )


def incident(name: str, at: When, who: str, **values: Any) -> Step:
    """A step on the special incident report of a collective complaint."""
    return Step(name, at, who, values, register="special_incident")


NEIGHBOURS = [
    {"house": "9栋2单元0703", "name": "罗志强", "phone": "13712121212"},
    {"house": "9栋1单元1504", "name": "何晓燕", "phone": "13655667788"},
    {"house": "10栋1单元0902", "name": "袁晓琳", "phone": "13855554444"},
    {"house": "10栋2单元0404", "name": "马文静", "phone": "13411112222"},
    {"house": "8栋1单元1203", "name": "徐涛", "phone": "13788889999"},
]

STORIES: tuple[Story, ...] = (
    complaint(
        on(1, "15:12"),
        "2栋1单元0801",
        "郑伟",
        "18902233445",
        "物业费账单与缴费记录不符",
        "账单显示9月欠费，但手机缴费记录显示已缴，怕影响滞纳金。",
        contact(on(1, "15:30")),
        handle(
            on(1, "16:05"),
            "zhoumin",
            "周敏",
            "业主缴到了同名的另一套房（2栋2单元0801）账上。",
            "已与业主核对流水并调账，账单更正，无滞纳金。",
            "invalid",
            "minor",
            "finance",
        ),
        confirm(on(1, "16:15")),
        own_hand(on(1, "16:20"), "zhoumin"),
        reply(on(1, "16:40"), "face", "清楚了，谢谢。", True, explanation="与业主逐笔核对缴费流水，说明缴到了同名的另一套房。"),
        on_paper(on(1, "16:45"), "郑伟"),
        *sign_off(on(1, "17:05"), on(1, "17:25")),
        called="账单",
        channel="visit",
    ),
    complaint(
        on(3, "09:03"),
        "10栋2单元0404",
        "马文静",
        "13411112222",
        "绿化喷淋早六点启动，水柱溅入一楼阳台",
        "喷淋头方向不对，早上六点把阳台晾的衣服打湿。",
        contact(on(3, "09:40")),
        handle(
            on(3, "11:20"),
            "chenyu",
            "陈雨",
            "喷淋头固定螺丝松动，喷角偏移。",
            "已调整喷角并改为七点半启动，现场试喷无溅水。",
            "valid",
            "minor",
            "environment",
        ),
        confirm(on(3, "10:05")),
        own_hand(on(3, "11:25"), "chenyu"),
        reply(on(3, "14:00"), "visit", "满意。", True),
        on_paper(on(3, "14:05"), "马文静"),
        *sign_off(on(3, "17:10"), on(3, "17:30")),
        called="喷淋",
    ),
    complaint(
        on(4, "19:36"),
        "8栋1单元1203",
        "徐涛",
        "13788889999",
        "水压不足（登记重复）",
        "与当天早上登记的是同一件事，重复登记。",
        Step("void", on(4, "19:50"), "zhoumin", reason="重复登记，并入同日早上的投诉。"),
    ),
    complaint(
        on(4, "08:55"),
        "8栋1单元1203",
        "徐涛",
        "13788889999",
        "高层早高峰水压不足，无法使用热水器",
        "早上七点到八点半水压很低，热水器打不着火，已持续三天。",
        contact(on(4, "09:30")),
        handle(
            on(4, "15:10"),
            "wulei",
            "吴磊",
            "二次供水变频泵一台故障，早高峰只有一台运行。",
            "更换泵密封件，两台泵恢复并列运行，顶层压力0.22兆帕。",
            "valid",
            "moderate",
        ),
        confirm(on(4, "10:00")),
        own_hand(on(4, "15:20"), "wulei"),
        reply(on(4, "18:00"), "phone", "水压正常了。", True),
        Step("report_back", on(4, "18:20"), "chenyu"),
        *sign_off(on(3, "09:30"), on(3, "10:00")),
        called="水压",
        passed_down=True,
    ),
    complaint(
        on(5, "10:18"),
        "11栋1单元0502",
        "高敏",
        "13512340987",
        "二次供水水箱清洗未公示检测报告",
        "上月清洗水箱后一直没有公示水质检测报告，要求公开。",
        contact(on(5, "10:50")),
        handle(on(5, "16:00"), "zhoumin", "周敏", "检测报告已出，漏贴。", "报告已张贴于各单元公告栏。", "valid", "moderate", "service"),
        reply(on(5, "16:30"), "phone", "请同时发到业主群。"),
        Step("reopen", ago(hours=20), "zhoumin", {"reopen_reason": "业主反映11栋公告栏没有张贴，要求核实。"}),
    ),
    complaint(
        on(5, "20:12"),
        "4栋2单元0906",
        "林晓东",
        "13922334455",
        "地下车库车位被外来车辆占用，岗亭答复前后不一",
        "固定车位被外来车占用两小时，岗亭先说已通知，后说不归他们管。",
        contact(on(5, "20:40")),
        handle(
            on(5, "21:55"),
            "zhaogang",
            "赵刚",
            "岗亭交接时漏记。",
            "车辆已移走；当班队员通报批评，岗亭设占位登记。",
            "valid",
            "moderate",
            "security",
        ),
        reply(on(5, "22:20"), "phone", "希望不再发生。"),
        called="车位",
    ),
    complaint(
        on(5, "14:27"),
        "2栋2单元1105",
        "吴佳怡",
        "15012349876",
        "单元门禁对讲失灵三天未修",
        "门禁对讲三天没声音，外卖和客人都进不来。",
        contact(on(5, "15:00")),
        plan(on(5, "15:30"), "工程部弱电组", "moderate", "更换门口机听筒与排线。", on(4, "18:00")),
        form("confirm_plan", on(5, "16:00"), "linguodong"),
        handle(on(5, "18:40"), "wulei", "吴磊", "门口机排线受潮。", "更换排线和密封圈，2栋各单元门禁逐一测试正常。"),
        form(
            "complete",
            on(5, "18:50"),
            "wulei",
            completed_at=on(5, "18:40"),
            talks="业主同意当晚更换。",
            report="更换排线1条、密封圈1个，试呼正常。",
        ),
        own_hand(on(5, "18:55"), "wulei"),
        reply(on(5, "19:10"), "phone", "已能正常使用。", True),
        form("feed_back", on(4, "09:10"), "zhoumin", feedback="已电话告知业主，业主试用正常。", satisfied=True),
        *sign_off(on(4, "09:20"), on(4, "09:30")),
    ),
    complaint(
        on(6, "09:48"),
        "1栋1单元0203",
        "曹建华",
        "",
        "垃圾分类投放点正对窗口，要求移位",
        "分类投放点离窗不到五米，气味和噪声都受不了，联名信随附。",
        Step("contact", on(6, "11:20"), "zhoumin", {"agreed_reply_at": on(4, "17:00")}),
        Step("escalate", on(4, "17:10"), "zhoumin", {"escalation_reason": "移位须经业委会同意，服务中心不能单独决定。", "told_to": "周敏"}),
        channel="letter",
        validity="assisted",
        severity="minor",
        post="environment",
    ),
    complaint(
        on(9, "08:30"),
        "6栋1单元0101",
        "邓丽华",
        "13800138021",
        "一楼下水道反水，客厅被淹",
        "凌晨下水道反水，客厅、卧室地板泡坏，要求疏通并赔偿。本单元一楼两户同时反水。",
        contact(on(9, "08:50")),
        plan(on(9, "09:30"), "维修班", "serious", "疏通主管，内窥检查，地板由保险公司定损。", on(8, "18:00")),
        form("confirm_plan", on(9, "10:00"), "linguodong"),
        handle(
            on(9, "17:30"),
            "wulei",
            "吴磊",
            "主排水管被装修砂浆堵塞。",
            "主管疏通并内窥确认畅通；保险公司已定损，赔付地板费用4,800元。",
            "valid",
            "serious",
        ),
        form(
            "complete",
            on(9, "18:00"),
            "wulei",
            completed_at=on(9, "17:30"),
            talks="与两户说明疏通与定损安排。",
            report="清出砂浆约8公斤，内窥镜复查管壁畅通。",
        ),
        own_hand(on(9, "18:05"), "wulei"),
        reply(on(9, "19:00"), "visit", "对处理及时表示满意。", True),
        on_paper(on(9, "19:05"), "邓丽华"),
        form("feed_back", on(8, "10:00"), "zhoumin", feedback="上门回访，地板已更换，业主满意。", satisfied=True),
        *sign_off(on(8, "14:00"), on(8, "15:00")),
        called="反水",
        channel="visit",
    ),
    complaint(
        on(12, "13:05"),
        "9栋2单元0703",
        "罗志强",
        "13712121212",
        "9栋外墙瓷砖脱落，险些砸到行人",
        "9栋东侧外墙瓷砖脱落两块，落在人行道上。五户业主同时反映。",
        Step("escalate", on(12, "13:15"), "hejing", {"escalation_reason": "集体投诉，涉及人身安全。", "told_to": "周敏"}),
        Step("escalate", on(12, "13:30"), "zhoumin", {"escalation_reason": "外墙维修须动用专项维修资金，立即上报。", "told_to": "林国栋"}),
        incident(
            "decide",
            on(12, "13:45"),
            "linguodong",
            assessment="涉及行人安全，尚无人受伤；五户同时反映，须当日围挡并约见业主。",
            inform_general=True,
            inform_developer=True,
            inform_reason="外墙在开发商保修期内，且可能动用专项维修资金。",
            agreed_reply_at=on(11, "18:00"),
            organisation="经理林国栋总负责，工程部吴磊、秩序维护部赵刚配合。",
        ),
        incident("amend", on(12, "14:40"), "zhoumin", households=NEIGHBOURS),
        incident("close", on(11, "20:30"), "linguodong", visit_result="当日逐户上门拜访五户，说明围挡、检测与重贴安排，均表示同意。"),
        Step("acknowledge", on(12, "13:40"), "linguodong", {"outcome": "即刻围挡，联系开发商与检测单位。"}, register="escalation"),
        contact(on(12, "13:50"), post="developer"),
        Step("refer_to_developer", on(12, "14:00"), "zhoumin", {"referral_letter": "函〔2026〕17号", "unit": "开发商工程部"}),
        plan(on(12, "14:05"), "维修班", "serious", "即刻围挡，开发商次日铲除空鼓砖并重贴。", on(11, "18:00")),
        handle(
            on(11, "17:00"),
            "wulei",
            "吴磊",
            "外墙砖空鼓，开发商保修期内。",
            "已设围挡和警示，开发商施工单位铲除空鼓砖32平方米并重贴。",
            "assisted",
            "serious",
            "developer",
        ),
        confirm(on(12, "14:20")),
        own_hand(on(11, "17:20"), "wulei"),
        Step("hear_unit", on(11, "17:30"), "chenyu", {"unit_answer": "开发商已派施工单位铲除重贴，保修期内费用由其承担。"}),
        reply(on(11, "18:00"), "visit", "同意处理方案。", True, explanation="说明属保修期内施工空鼓，向业主致歉并告知检测安排。"),
        on_paper(on(11, "18:10"), "罗志强"),
        *sign_off(on(10, "08:40"), on(10, "09:00")),
        called="瓷砖",
        validity="valid",
        severity="serious",
        collective=True,
        place="9栋东侧人行道",
    ),
)
