"""Complaints of the demonstration house: waiting, in progress, late, answered, closed, reopened, void."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from services.demo.story import Step, Story, When, ago, on


def complaint(at: When, house: str, complainant: str, phone: str, subject: str, content: str, *steps: Step, **more: Any) -> Story:
    """A complaint taken by the front desk."""
    values = {"channel": "phone", "first_responder": "何静", "house": house, "complainant": complainant, "phone": phone}
    return Story("complaint", at, "hejing", values | {"subject": subject, "content": content, "received_at": at} | more, steps)


def contact(at: When, agreed: When | None = None, **more: Any) -> Step:
    """The supervisor reaches the resident and agrees a time; ten hours later unless another is named."""
    return Step("contact", at, "zhoumin", {"agreed_reply_at": agreed or (lambda opening: at(opening) + timedelta(hours=10))} | more)


def handle(
    at: When,
    who: str,
    handler: str,
    cause: str,
    result: str,
    validity: str = "valid",
    severity: str = "moderate",
    post: str = "engineering",
) -> Step:
    """The result of handling is entered."""
    judged = {"validity": validity, "severity": severity, "post": post}
    return Step("handle", at, who, judged | {"cause": cause, "result": result, "handler": handler})


def reply(at: When, mode: str, opinion: str, satisfied: bool | None = None) -> Step:
    """The resident is told the result."""
    return Step("reply", at, "zhoumin", {"reply_mode": mode, "opinion": opinion} | ({} if satisfied is None else {"satisfied": satisfied}))


def close(at: When, satisfied: bool = True) -> Step:
    """The project manager signs the complaint off."""
    return Step("close", at, "linguodong", {"satisfied": satisfied})


def plan(at: When, team: str, severity: str, plan: str, due: When) -> Step:
    """The responsible team plans the remedy on the handling form."""
    return Step(
        "plan_remedy", at, "wulei", {"team": team, "severity": severity, "plan": plan, "due_on": due}, register="complaint_handling"
    )


def form(name: str, at: When, who: str, **values: Any) -> Step:
    """Another step on the handling form."""
    return Step(name, at, who, values, register="complaint_handling")


STORIES = (
    complaint(
        ago(minutes=48),
        "3栋2单元1202",
        "李雪梅",
        "13802564712",
        "楼上装修午休时段电钻施工，多次劝阻无效",
        "楼上1302正在装修，中午12点半到14点电钻、电锤不停，家中老人有心脏病无法休息。本周已三次向岗亭反映，劝阻后当日下午又开始。要求严格执行装修时间。",
        validity="valid",
        severity="moderate",
        post="security",
    ),
    complaint(
        ago(hours=1, minutes=20),
        "5栋1单元0903",
        "王建国",
        "13902217365",
        "地下车库 B 区漏水，车身留水渍，要求赔付",
        "地下车库B区112号车位上方伸缩缝漏水，滴在车顶和引擎盖上，留下白色水渍，擦洗不掉。要求尽快堵漏，并承担洗车、抛光费用。",
        contact(ago(minutes=52), ago(hours=-9)),
        plan(ago(minutes=30), "维修班", "serious", "今日先接水引流、移车；明日上午请防水厂家对伸缩缝注浆，并约车主定损。", ago(days=-1)),
        validity="valid",
        severity="serious",
        post="engineering",
    ),
    complaint(
        ago(hours=3, minutes=35),
        "3栋2单元1102",
        "赵丽",
        "13723456120",
        "3栋夜间装修噪声，物业未制止",
        "昨晚十点以后1302仍在敲打，打电话到监控室无人处理。与1202住户反映的是同一处装修。",
        contact(ago(hours=2, minutes=10)),
        validity="valid",
        severity="moderate",
        post="security",
    ),
    complaint(
        ago(hours=4, minutes=9),
        "1栋3单元0602",
        "陈国强",
        "13612345098",
        "电梯困人 25 分钟，救援电话无人接听",
        "今日3单元2号梯停在5、6层之间，被困25分钟，轿厢内救援电话拨打四次无人接听，最后由邻居报警。要求说明原因并检查所有电梯的应急电话。",
        Step(
            "escalate",
            ago(hours=3, minutes=50),
            "hejing",
            {"escalation_reason": "电梯困人，救援电话失灵，须主管立即处理。", "told_to": "周敏"},
        ),
        validity="valid",
        severity="serious",
        post="engineering",
    ),
    complaint(
        ago(hours=5, minutes=30),
        "12栋2单元2101",
        "刘芳",
        "13544556677",
        "快递柜占用消防通道，要求移位",
        "12栋东侧新装的快递柜压着消防通道黄线，婴儿车要绕行。请联系快递公司移走。",
        contact(ago(hours=4, minutes=40), ago(hours=-2, minutes=-20)),
        handle(
            ago(hours=1, minutes=15),
            "zhoumin",
            "陈雨",
            "快递柜由快递公司安装，位置未按平面图。",
            "已书面通知快递公司，约定三日内移至12栋西侧架空层；消防通道已先放置警示牌。",
            "assisted",
            "minor",
            "other",
        ),
        channel="visit",
    ),
    complaint(
        on(1, "21:47"),
        "7栋1单元0301",
        "孙志远",
        "13378901234",
        "楼下烧烤店油烟倒灌，晚间无法开窗",
        "7栋底商烧烤店排烟口正对3楼窗户，每晚七点到十二点油烟倒灌。请物业与店主、城管协调。",
        contact(on(1, "22:05"), ago(days=-1)),
        validity="assisted",
        severity="moderate",
        post="other",
    ),
    complaint(
        on(1, "17:30"),
        "9栋1单元1504",
        "何晓燕",
        "13655667788",
        "楼道垃圾过夜未清运，夏秋季异味重，已是本月第二次反映",
        "15楼前室垃圾桶夜里满溢，早上九点才清。上次反映后好了一周，这几天又是老样子。",
        contact(on(1, "17:52")),
        handle(
            on(1, "19:40"),
            "chenyu",
            "陈雨",
            "晚班保洁缺员一人，20:00 的清运未做。",
            "即日起20:30加收一次，主管每晚抽查并拍照；对保洁公司开出整改单。",
            "valid",
            "minor",
            "environment",
        ),
        reply(on(1, "20:15"), "phone", "希望能坚持，下周再看。"),
        channel="hotline",
        outside_number="12345-20261120-0381",
    ),
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
        reply(on(1, "16:40"), "face", "清楚了，谢谢。", True),
        close(on(1, "17:25")),
        channel="visit",
    ),
    complaint(
        on(1, "11:40"),
        "3栋1单元1001",
        "黄秀英",
        "13198765432",
        "儿童游乐区地垫翘起，孩子绊倒擦伤",
        "游乐区滑梯前的橡胶地垫翘边，孩子绊倒，膝盖擦伤。要求当天修好并慰问。",
        contact(on(1, "12:10"), ago(hours=-5)),
        plan(on(1, "13:00"), "维修班", "serious", "围挡后重新胶粘，翘边处换新垫。", on(0, "23:00")),
        form("confirm_plan", on(1, "13:20"), "linguodong"),
        handle(
            on(1, "16:30"),
            "wulei",
            "吴磊",
            "地垫胶老化，雨后起翘。",
            "已更换翘边地垫6块并重新胶粘，全区检查一遍；主管已上门慰问，医药费凭票报销。",
            "valid",
            "serious",
        ),
        form("complete", on(1, "17:00"), "wulei", completed_at=on(1, "16:30"), report="更换地垫6块，胶粘12处，试踩无翘动。"),
    ),
    complaint(
        on(2, "16:25"),
        "6栋2单元1701",
        "周凯",
        "13802566471",
        "东门道闸误抬，访客车辆随意进出",
        "近一周晚高峰东门道闸常抬不落，外来车辆跟车进入，6栋门前消防通道被占。业主两次向岗亭反映，答复“系统问题”。要求说明原因，给出修复日期，并清理占道车辆。",
        contact(on(2, "17:05"), on(1, "17:00"), post="security"),
        plan(on(2, "18:10"), "工程部弱电组", "moderate", "检测地感线圈与控制器，更换后跟车测试；秩序维护部清理占道车辆。", on(1, "18:00")),
        Step("amend", on(1, "10:06"), "zhoumin", {"agreed_reply_at": ago(hours=2, minutes=40), "post": "engineering"}, "业主出差，改今日"),
        form("confirm_plan", on(1, "09:20"), "linguodong"),
        handle(
            on(1, "11:42"),
            "wulei",
            "吴磊",
            "地感线圈老化，灵敏度漂移，触发误抬。",
            "更换线圈并校准，跟车测试20次无误；秩序维护部清走占道车辆2台，东门增设晚高峰人工值守至月底。",
        ),
        validity="valid",
        severity="moderate",
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
        reply(on(3, "14:00"), "visit", "满意。", True),
        close(on(3, "17:30")),
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
        reply(on(4, "18:00"), "phone", "水压正常了。", True),
        close(on(3, "10:00")),
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
        form("complete", on(5, "18:50"), "wulei", completed_at=on(5, "18:40"), report="更换排线1条、密封圈1个，试呼正常。"),
        reply(on(5, "19:10"), "phone", "已能正常使用。", True),
        form("feed_back", on(4, "09:10"), "zhoumin", feedback="已电话告知业主，业主试用正常。", satisfied=True),
        close(on(4, "09:30")),
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
        form("complete", on(9, "18:00"), "wulei", completed_at=on(9, "17:30"), report="清出砂浆约8公斤，内窥镜复查管壁畅通。"),
        reply(on(9, "19:00"), "visit", "对处理及时表示满意。", True),
        form("feed_back", on(8, "10:00"), "zhoumin", feedback="上门回访，地板已更换，业主满意。", satisfied=True),
        close(on(8, "15:00")),
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
        Step("acknowledge", on(12, "13:40"), "linguodong", {"outcome": "即刻围挡，联系开发商与检测单位。"}, register="escalation"),
        contact(on(12, "13:50")),
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
        reply(on(11, "18:00"), "visit", "同意处理方案。", True),
        close(on(10, "09:00")),
        validity="valid",
        severity="serious",
        collective=True,
        place="9栋东侧人行道",
    ),
)
