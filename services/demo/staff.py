"""Training, commendation and confidentiality in the demonstration house."""

from __future__ import annotations

from decimal import Decimal

from services.demo.story import Step, Story, day, on

STORIES = (
    Story(
        "training",
        on(9, "15:00"),
        "zhoumin",
        {
            "held_on": day(9),
            "topic": "投诉接待与两小时联系",
            "place": "会议室",
            "trainer": "周敏",
            "lessons": Decimal("1.50"),
            "content": "以上月渗水投诉为例，讲首问责任、两小时联系与约定答复。",
            "attendance": [
                {"name": "何静", "post": "前台", "examined": "oral", "score": 95},
                {"name": "陈雨", "post": "客服助理", "examined": "oral", "score": 92},
                {"name": "吴磊", "post": "工程领班", "examined": "none", "again": True},
            ],
        },
        (Step("appraise", on(8, "10:00"), "zhoumin", {"effect": "联系时限均能说清，工程班组下月补训。"}),),
    ),
    Story(
        "reward_penalty",
        on(7, "17:00"),
        "zhoumin",
        {
            "decided_on": day(7),
            "kind": "reward",
            "department": "客户服务部",
            "person": "何静",
            "post": "前台",
            "cause": "及时发现走失老人并联系家属，业主送锦旗。",
            "manner": "bonus",
            "amount": Decimal("200.00"),
        },
        (Step("approve", on(6, "09:00"), "linguodong", {"approval": "同意。"}),),
    ),
    Story(
        "confidentiality",
        on(60, "09:00"),
        "zhoumin",
        {
            "agreement_number": "BM-2026-03",
            "who": "company",
            "signatory": "顺达水电",
            "post": "入户维修",
            "signed_on": day(60),
            "scope": "派工时知悉的业主姓名、房号、电话，不得留存、转告。",
            "valid_from": day(60),
            "valid_until": day(-305),
            "copies": 2,
            "kept_at": "客服部合同柜",
        },
        (
            Step("sign signatory", on(60, "09:30"), "zhoumin", {"way": "paper", "person": "马师傅"}),
            Step("enter_force", on(60, "09:40"), "zhoumin"),
        ),
    ),
)
