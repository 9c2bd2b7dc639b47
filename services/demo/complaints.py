"""Complaints of the demonstration house that are still open: waiting, in progress, late, awaiting an answer or a follow-up."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from services.demo.story import Step, Story, When, ago, on


def complaint(
    at: When, house: str, complainant: str, phone: str, subject: str, content: str, *steps: Step, called: str = "", **more: Any
) -> Story:
    """A complaint taken by the front desk; other stories speak of it by what it is `called`."""
    values = {"channel": "phone", "first_responder": "何静", "house": house, "complainant": complainant, "phone": phone}
    return Story("complaint", at, "hejing", values | {"subject": subject, "content": content, "received_at": at} | more, steps, called)


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


def reply(at: When, mode: str, opinion: str, satisfied: bool | None = None, **more: Any) -> Step:
    """The resident is told the result."""
    told = {"reply_mode": mode, "opinion": opinion} | ({} if satisfied is None else {"satisfied": satisfied})
    return Step("reply", at, "zhoumin", told | more)


def plan(at: When, team: str, severity: str, plan: str, due: When) -> Step:
    """The responsible team plans the remedy on the handling form."""
    values = {"team": team, "severity": severity, "plan": plan, "responsible": "吴磊", "due_on": due}
    return Step("plan_remedy", at, "wulei", values, register="complaint_handling")


def refer(at: When, unit: str, letter: str) -> Step:
    """The unit that must solve it is told in writing."""
    return Step("refer_to_unit", at, "chenyu", {"unit": unit, "referral_letter": letter})


def tell(at: When, said: str) -> Step:
    """The resident is told how it stands."""
    return Step("tell_progress", at, "chenyu", {"progress": lambda opening: [{"at": at(opening).isoformat(), "said": said, "by": "陈雨"}]})


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
        called="车库",
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
        refer(ago(hours=3), "速达快递公司", "函〔2026〕21号"),
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
        form(
            "complete",
            on(1, "17:00"),
            "wulei",
            completed_at=on(1, "16:30"),
            talks="家长到场确认修法。",
            report="更换地垫6块，胶粘12处，试踩无翘动。",
        ),
        called="地垫",
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
        tell(on(1, "09:40"), "方案已确认，今日更换线圈，完工后电话告知。"),
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
)
