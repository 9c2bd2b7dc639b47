"""What came of complaints in the demonstration house: looks at the place, measures, feedback, compensation, appeals, cases."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from services.demo.story import Step, Story, Told, When, ago, day, on


def inspection(at: When, who: tuple[str, str], told: str, place: str, owner: str, findings: str, *steps: Step, **more: Any) -> Story:
    """A look at the place of a complaint; `who` is the user name and the name of the handler."""
    values = {"complaint": Told(told), "inspected_at": at, "inspector": who[1], "place": place, "owner": owner, "findings": findings}
    return Story("site_inspection", at, who[0], values | more, steps, name=f"查看{told}")


def witnessed(at: When, owner: str, who: str) -> tuple[Step, ...]:
    """The owner signs the paper as witness, then the handler with the account."""
    return (Step("sign witness", at, who, {"way": "paper", "person": owner}), Step("conclude", at, who))


WULEI, CHENYU = ("wulei", "吴磊"), ("chenyu", "陈雨")

INSPECTIONS = (
    inspection(
        ago(hours=1),
        WULEI,
        "车库",
        "地下车库B区112号车位",
        "王建国",
        "B区伸缩缝渗水约每分钟20滴，正下方为112号车位；车顶、引擎盖有白色水渍约0.4平方米。",
        others="陈雨",
        dimensions="伸缩缝渗漏段长约1.6米，距车头0.8米。",
        photos=6,
        photo_numbers="CK-01 至 CK-06",
        judgement="伸缩缝止水带老化。",
        agreed="今日引流移车；明日上午注浆；车辆抛光费用凭票协商。",
        due_on=day(-1),
    ),
    inspection(
        on(9, "10:20"),
        WULEI,
        "反水",
        "6栋1单元0101",
        "邓丽华",
        "客厅、卧室复合地板起鼓约32平方米，主排水立管检查口有砂浆块。",
        *witnessed(on(9, "10:50"), "邓丽华", "wulei"),
        photos=11,
        photo_numbers="CK-07 至 CK-17",
        judgement="装修砂浆堵塞主排水管。",
        agreed="当日疏通并内窥复查；地板由保险公司定损。",
        due_on=day(8),
    ),
    inspection(
        on(12, "14:30"),
        WULEI,
        "瓷砖",
        "9栋东侧外墙",
        "罗志强",
        "三层至五层外墙砖空鼓约30平方米，已脱落两块，落点在人行道。",
        *witnessed(on(12, "15:10"), "罗志强", "wulei"),
        others="赵刚",
        photos=9,
        photo_numbers="CK-18 至 CK-26",
        judgement="保修期内施工空鼓。",
        agreed="即刻围挡；开发商次日铲除重贴。",
        due_on=day(11),
    ),
)

ACTIONS = (
    Story(
        "corrective_action",
        on(9, "18:30"),
        "zhoumin",
        {
            "complaint": Told("反水"),
            "inspection": Told("查看反水"),
            "raised_on": day(9),
            "department": "service",
            "proposer": "周敏",
            "facts": "装修户将砂浆倒入下水，主排水管堵塞，一楼两户反水。",
            "cause": "装修巡查未查下水口，装修须知未写明砂浆处置。",
            "emergency": "疏通主管并内窥复查。",
            "measure": "装修户下水口加装滤网，巡查表增加下水口一项。",
            "responsible": "陈雨",
            "due_on": day(5),
        },
        (
            Step(
                "approve",
                on(8, "09:20"),
                "linguodong",
                {
                    "cause": "装修巡查未查下水口，装修须知未写明砂浆处置。",
                    "measure": "装修户下水口加装滤网，巡查表增加下水口一项。",
                    "responsible": "陈雨",
                    "due_on": day(5),
                },
            ),
            Step("complete", on(5, "17:20"), "chenyu", {"done_on": day(5), "outcome": "在装修的14户已全部加装滤网；巡查表已改版启用。"}),
            Step("close", on(4, "10:00"), "linguodong"),
        ),
        name="滤网",
    ),
    Story(
        "corrective_action",
        ago(minutes=20),
        "zhoumin",
        {
            "complaint": Told("地垫"),
            "raised_on": day(0),
            "department": "service",
            "proposer": "周敏",
            "facts": "儿童游乐区地垫翘边，孩子绊倒擦伤。",
            "site_facts": "滑梯前地垫翘边6块，胶层雨后失效。",
            "measure": "游乐区地垫列入每周巡查，雨后加查一次。",
            "responsible": "吴磊",
            "due_on": day(-7),
        },
        name="地垫措施",
    ),
    Story(
        "capa_verification",
        on(5, "17:40"),
        "chenyu",
        {
            "complaint": Told("反水"),
            "action": Told("滤网"),
            "opened_on": day(5),
            "team": "客户服务部",
            "kind": "preventive",
            "problem": "装修砂浆倒入下水造成堵塞。",
            "cause": "下水口无滤网，巡查不到位。",
            "measure": "装修户下水口加装滤网，巡查表增加下水口一项。",
            "implementer": "陈雨",
            "due_on": day(5),
        },
        (
            Step("carry_out", on(5, "17:50"), "chenyu", {"done_on": day(5), "progress": "14户滤网到位，拍照存档。"}),
            Step(
                "verify",
                on(2, "15:30"),
                "sunlan",
                {
                    "verdict": "effective",
                    "finding": "抽查6户滤网完好，三日内无堵塞。",
                    "consolidation": "《装修须知》第8条、装修巡查表2.1版。",
                },
            ),
        ),
    ),
    Story(
        "capa_verification",
        on(1, "17:30"),
        "chenyu",
        {
            "opened_on": day(1),
            "team": "工程管理部",
            "kind": "corrective",
            "problem": "电梯轿厢救援电话失灵。",
            "cause": "电话线路接头氧化，月检未试呼。",
            "measure": "全部电梯每周试呼一次并记录。",
            "implementer": "吴磊",
            "due_on": day(-3),
        },
    ),
)

ANSWERS = (
    Story(
        "outcome_feedback",
        on(8, "09:30"),
        "chenyu",
        {"complaint": Told("反水"), "issued_on": day(8), "clerk": "陈雨"},
        (
            Step("sign customer", on(8, "11:00"), "chenyu", {"way": "paper", "person": "邓丽华"}),
            Step("take_back", on(8, "11:10"), "chenyu", {"grade": "satisfied", "opinion": "疏通及时，地板已换好。", "answered_on": day(8)}),
        ),
    ),
    Story(
        "outcome_feedback",
        on(3, "15:00"),
        "chenyu",
        {"complaint": Told("喷淋"), "issued_on": day(3), "clerk": "陈雨"},
        (
            Step("sign customer", on(3, "15:40"), "chenyu", {"way": "paper", "person": "马文静"}),
            Step(
                "take_back", on(3, "15:45"), "chenyu", {"grade": "basically", "opinion": "启动时间最好再晚半小时。", "answered_on": day(3)}
            ),
        ),
    ),
    Story("outcome_feedback", on(3, "11:00"), "chenyu", {"complaint": Told("水压"), "issued_on": day(3), "clerk": "陈雨"}),
    Story(
        "compensation",
        on(9, "19:20"),
        "zhoumin",
        {
            "complaint": Told("反水"),
            "opened_on": day(9),
            "place": "6栋1单元0101",
            "losses": [
                {"item": "复合地板", "quantity": 32, "value": "3840.00", "basis": "保险公司定损单，每平方米120元"},
                {"item": "踢脚线", "quantity": 28, "value": "560.00", "basis": "定损单，每米20元"},
                {"item": "地板拆装人工", "quantity": 1, "value": "400.00", "basis": "施工报价"},
            ],
            "liability": "公共排水主管堵塞，由公众责任险赔付。",
            "talks": "业主要求原款更换；保险公司同意按定损全额赔付。",
        },
        (
            Step(
                "agree",
                on(8, "10:30"),
                "zhoumin",
                {"settlement": "insurance", "amount": Decimal("4800.00"), "pay_by": day(5), "statement": "赔付后双方就此事再无争议。"},
            ),
            Step("sign customer", on(8, "10:40"), "zhoumin", {"way": "paper", "person": "邓丽华"}),
            Step("sign department", on(8, "10:45"), "wulei"),
            Step("settle", on(6, "16:00"), "linguodong", {"paid_on": day(6)}),
        ),
    ),
    Story(
        "compensation",
        ago(minutes=25),
        "zhoumin",
        {
            "complaint": Told("车库"),
            "opened_on": day(0),
            "place": "客户服务中心",
            "losses": [{"item": "车辆清洗抛光", "quantity": 1, "value": "680.00", "basis": "修理厂报价单"}],
            "talks": "车主提出全额承担；待定损后再谈。",
        },
    ),
)

APPEALS = (
    Story(
        "appeal",
        on(2, "10:10"),
        "hejing",
        {
            "complaint": Told("车位"),
            "against": "complaint",
            "appellant": "林晓东",
            "house": "4栋2单元0906",
            "phone": "13922334455",
            "received_on": day(5),
            "appealed_on": day(2),
            "reasons": "答复称“已移走”，实际当晚仍占用至零点，要求说明并更正答复。",
            "evidence": "车位照片两张（23:10、23:52）。",
            "accepted_at": on(2, "10:10"),
            "accepted_by": "何静",
        },
        (
            Step("sign appellant", on(2, "10:15"), "hejing", {"way": "paper", "person": "林晓东"}),
            Step("sign first_reviewer", on(1, "16:10"), "sunlan"),
            Step("review", on(1, "16:30"), "sunlan", {"review": "调取道闸与监控录像：外来车辆23:56离场，与岗亭记录不符。"}),
        ),
    ),
    Story(
        "appeal",
        on(20, "09:30"),
        "hejing",
        {
            "against": "penalty",
            "appellant": "沈佳",
            "house": "2栋1单元1401",
            "phone": "13533332222",
            "received_on": day(23),
            "appealed_on": day(20),
            "reasons": "装修违约金通知单所列“未报备砸墙”不是本户所为。",
            "evidence": "装修报备表复印件、施工照片。",
            "accepted_at": on(20, "09:30"),
            "accepted_by": "何静",
        },
        (
            Step("sign appellant", on(20, "09:35"), "hejing", {"way": "paper", "person": "沈佳"}),
            Step("sign first_reviewer", on(16, "10:00"), "zhoumin"),
            Step("sign second_reviewer", on(16, "10:20"), "chenyu"),
            Step("review", on(16, "10:30"), "zhoumin", {"review": "两人上门复查，所列墙体在隔壁1402，通知单房号填错。"}),
            Step(
                "correct",
                on(14, "14:00"),
                "sunlan",
                {
                    "answer": "申诉成立，原通知单作废，改发更正通知单。",
                    "answer_letter": "复〔2026〕11号",
                    "old_paper": "装修违约金通知单 第07号",
                    "recalled_on": day(14),
                    "stamped_void": True,
                    "corrected_paper": "装修违约金通知单 第07号 更正(G)",
                    "approved_by": "林国栋",
                },
            ),
            Step("archive", on(10, "11:00"), "chenyu", {"archived_on": day(10)}),
        ),
    ),
)

CASES = (
    Story(
        "complaint_case",
        on(7, "16:00"),
        "chenyu",
        {
            "complaint": Told("瓷砖"),
            "compiled_on": day(7),
            "compiler": "陈雨",
            "category": "developer",
            "subject": "外墙砖脱落引起的集体投诉",
            "story": "外墙砖脱落两块，五户同时反映，涉及行人安全。",
            "cause": "施工空鼓，日常巡查未敲检外墙。",
            "handling": "十分钟内报经理，当日围挡，次日铲除重贴，逐户上门答复。",
            "result": "五户均同意方案，未发生伤害。",
        },
        (
            Step("summarise", on(6, "17:00"), "zhoumin", {"lessons": "集体投诉先报经理、先围挡；外墙列入季度敲检。"}),
            Step("train", on(4, "17:30"), "zhoumin", {"trained_on": day(4), "trainees": "何静、陈雨、吴磊、赵刚"}),
        ),
    ),
    Story(
        "complaint_case",
        ago(minutes=15),
        "chenyu",
        {
            "complaint": Told("账单"),
            "compiled_on": day(0),
            "compiler": "陈雨",
            "category": "finance",
            "subject": "同名业主缴错账户",
            "story": "业主反映已缴费却被列欠费。",
            "cause": "同名两套房，缴费时选错房号。",
            "handling": "当面核对流水并调账。",
        },
    ),
)

STORIES = (*INSPECTIONS, *ACTIONS, *ANSWERS, *APPEALS, *CASES)
