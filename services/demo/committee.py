"""Applications and notifications to the owners' committee of the demonstration house, its meetings and its queries."""

from __future__ import annotations

from services.demo.story import Step, Story, day, on

COMMITTEE = (
    Story(
        "forum",
        on(20, "15:00"),
        "zhoumin",
        {
            "meeting": "下半年业户座谈会",
            "held_at": on(20, "14:00"),
            "place": "二楼会议室",
            "chair": "林国栋",
            "present": [
                {"name": "陈国强", "house": "1栋3单元0602"},
                {"name": "林晓东", "house": "4栋2单元0906"},
                {"name": "何晓燕", "house": "9栋1单元1504"},
            ],
            "agenda": "通报下半年工作，听取业户意见。",
            "voices": [
                {"speaker": "陈国强", "opinion": "地下车库出口反光镜破损，转弯看不清。"},
                {"speaker": "何晓燕", "opinion": "晚上十点后广场仍有音响。", "answer": "护卫队十点起巡查劝止。", "responsible": "赵刚"},
            ],
        },
        (
            Step(
                "answer",
                on(18, "09:40"),
                "zhoumin",
                {
                    "voices": [
                        {
                            "speaker": "陈国强",
                            "opinion": "地下车库出口反光镜破损，转弯看不清。",
                            "answer": "本周内更换反光镜。",
                            "responsible": "吴磊",
                        },
                        {
                            "speaker": "何晓燕",
                            "opinion": "晚上十点后广场仍有音响。",
                            "answer": "护卫队十点起巡查劝止。",
                            "responsible": "赵刚",
                        },
                    ]
                },
            ),
            Step("close", on(17, "11:00"), "linguodong", {"summary": "两条意见均已答复并落实责任人，下次座谈会通报结果。"}),
        ),
    ),
    Story(
        "committee_meeting",
        on(34, "17:30"),
        "linguodong",
        {
            "meeting": "第三季度沟通会",
            "kind": "quarter",
            "began_at": on(34, "15:00"),
            "ended_at": on(34, "17:00"),
            "place": "业委会办公室",
            "chair": "林国栋",
            "recorder": "周敏",
            "present": [
                {"name": "刘芳", "seat": "committee"},
                {"name": "郑伟", "seat": "committee", "absent": True, "why": "出差"},
                {"name": "林国栋", "seat": "property"},
                {"name": "周敏", "seat": "property"},
            ],
            "agenda": "一、第三季度财务与工作简报；二、地下车库照明改造。",
            "finances": "第三季度物业费收缴率94.6%，公共收益结余38,200元，收支明细已公示。",
            "speeches": "刘芳：车库照明改造先做东区，看效果再推开。",
            "resolutions": [
                {
                    "topic": "东区车库照明改造",
                    "manner": "举手",
                    "in_favour": 5,
                    "against": 0,
                    "abstained": 1,
                    "conclusion": "通过，先做东区",
                }
            ],
            "actions": [{"matter": "报送东区照明改造报价", "responsible": "吴磊"}],
            "assistance": "请业委会协助动员业主配合施工期间挪车。",
        },
        (
            Step("sign committee", on(33, "10:00"), "linguodong", {"way": "paper", "person": "刘芳"}),
            Step("close", on(33, "10:10"), "linguodong"),
        ),
    ),
    Story(
        "committee_notice",
        on(30, "09:00"),
        "zhoumin",
        {
            "kind": "application",
            "event": "activity",
            "decided_on": day(30),
            "needed_on": day(9),
            "paper": "关于在中心广场举办邻里节的申报函",
            "wording": "为增进邻里往来，我项目部拟在中心广场举办邻里节，内容为便民服务、书画展示和儿童游戏，预计参加住户三百人。\n"
            "活动时间为上午9时至12时，搭建和清场由我项目部负责，用电由工程部专人看护，费用在社区文化活动经费内列支。",
            "pages": 3,
        },
        (
            Step("deliver", on(29, "15:00"), "zhoumin", {"delivered_on": day(29), "delivery": "hand"}),
            Step("sign committee", on(29, "15:05"), "zhoumin", {"way": "paper", "person": "刘芳"}),
            Step(
                "close",
                on(25, "10:00"),
                "zhoumin",
                {"archive_number": "YWH-2026-07", "answered_on": day(25), "answer": "同意举办，注意用电安全。"},
            ),
        ),
    ),
    Story(
        "committee_notice",
        on(2, "09:00"),
        "zhoumin",
        {
            "kind": "notification",
            "event": "change",
            "decided_on": day(3),
            "paper": "关于7栋电梯更换主机的通报函",
            "wording": "7栋2号梯主机轴承磨损，经维保单位检测须更换主机，停梯五日。停梯期间1号梯照常运行，早晚高峰由秩序维护员引导。",
            "pages": 1,
        },
        (Step("deliver", on(1, "14:00"), "zhoumin", {"delivered_on": day(1), "delivery": "hand"}),),
    ),
    Story(
        "committee_notice",
        on(18, "09:30"),
        "linguodong",
        {"kind": "report", "submitted": "profit_and_loss", "decided_on": day(18), "paper": "物业项目部上月财务损益表", "pages": 2},
        (
            Step("deliver", on(17, "10:00"), "linguodong", {"delivered_on": day(17), "delivery": "hand"}),
            Step("sign committee", on(17, "10:05"), "linguodong", {"way": "paper", "person": "刘芳"}),
            Step("close", on(16, "09:00"), "linguodong", {"archive_number": "YWH-2026-08"}),
        ),
    ),
    Story(
        "committee_query",
        on(13, "10:00"),
        "linguodong",
        {
            "raised_on": day(13),
            "raised_by": "刘芳",
            "kind": "query",
            "content": "公共收益第二季度明细中“广告位”一项未列合同号。",
            "reasonable": True,
            "responsible": "周敏",
        },
        (
            Step(
                "answer",
                on(11, "16:00"),
                "linguodong",
                {"answered_on": day(11), "result": "已补列两份广告位合同号，并附复印件。", "opinion": "清楚了，没有其他意见。"},
            ),
        ),
    ),
    Story(
        "committee_query",
        on(1, "15:20"),
        "zhoumin",
        {
            "raised_on": day(1),
            "raised_by": "郑伟",
            "kind": "demand",
            "content": "要求在2栋架空层增设儿童休息座椅。",
            "reasonable": True,
            "responsible": "林国栋",
        },
    ),
)
