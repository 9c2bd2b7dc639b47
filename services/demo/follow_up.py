"""Follow-ups, appraisals and calls on customers of the demonstration house, and the plan of its year."""

from __future__ import annotations

from services.demo.story import Step, Story, Told, ago, day, on

SCORES = (("overall", "4"), ("safety", "5"), ("cleaning", "4"), ("greenery", "4"), ("facilities", "3"), ("courtesy", "5"), ("steward", "5"))
ITEMS = [{"item": item, "score": score} for item, score in SCORES]
PLAN = [
    {"post": "director", "person": "林国栋", "area": "全部", "households": 20, "first": 5, "first_done": 5, "second": 5, "second_done": 6},
    {
        "post": "officer",
        "person": "陈雨",
        "area": "1–6栋",
        "households": 120,
        "first": 30,
        "first_done": 31,
        "second": 30,
        "second_done": 28,
    },
    {
        "post": "telephone",
        "person": "何静",
        "area": "全部",
        "households": 240,
        "first": 60,
        "first_done": 60,
        "second": 60,
        "second_done": 63,
    },
    {
        "post": "moved_in",
        "person": "周敏",
        "area": "7–12栋",
        "households": 40,
        "first": 10,
        "first_done": 8,
        "second": 10,
        "second_done": 12,
    },
]

STORIES = (
    Story(
        "visit_plan",
        on(110, "09:00"),
        "zhoumin",
        {
            "drawn_up_on": day(110),
            "year": lambda opening: opening.year,
            "department": "客户服务部",
            "drawn_up_by": "周敏",
            "occupied": 36,
            "lines": PLAN,
        },
        (Step("approve", on(109, "10:00"), "linguodong"),),
    ),
    Story(
        "follow_up_visit",
        on(5, "15:30"),
        "chenyu",
        {
            "visited_at": on(5, "15:30"),
            "way": "phone",
            "house": "3栋2单元1102",
            "respondent": "赵丽",
            "visited_by": "陈雨",
            "area": "1–6栋",
            "content": "回访上月电梯困人后的感受。",
            "voice": "suggestion",
            "opinion": "希望电梯内张贴救援电话。",
            "promised_at": on(3, "18:00"),
        },
        (
            Step("answer", on(4, "10:00"), "chenyu", {"answer": "各梯轿厢已贴救援电话，照片发业主群。"}),
            Step("review", on(3, "09:00"), "zhoumin", {}),
        ),
    ),
    Story(
        "follow_up_visit",
        on(2, "10:10"),
        "chenyu",
        {
            "visited_at": on(2, "10:10"),
            "way": "home",
            "house": "5栋1单元0903",
            "respondent": "王建国",
            "visited_by": "陈雨",
            "area": "1–6栋",
            "content": "入户回访外墙渗水维修。",
            "voice": "opinion",
            "opinion": "雨后仍有湿痕，担心没修彻底。",
            "promised_at": ago(hours=-26),
            "major": True,
        },
        name="外墙渗水回访",
    ),
    Story(
        "feedback_handling",
        on(2, "11:00"),
        "chenyu",
        {
            "visit": Told("外墙渗水回访"),
            "visited_on": day(2),
            "house": "5栋1单元0903",
            "customer": "王建国",
            "content": "入户回访外墙渗水维修。",
            "opinion": "雨后仍有湿痕。",
            "dissatisfaction": "同一处已修两次。",
            "visitor": "陈雨",
        },
        (
            Step(
                "answer",
                on(1, "16:00"),
                "chenyu",
                {"answer": "同意等外墙单位勘查。", "explanation": "须外墙吊绳作业，待雨停后三日内勘查，已当面说明。"},
            ),
        ),
    ),
    Story(
        "appraisal_form",
        on(5, "16:00"),
        "chenyu",
        {
            "visited_on": day(5),
            "visitor": "陈雨",
            "house": "3栋2单元1202",
            "occupier": "李雪梅",
            "items": ITEMS,
            "added": [{"item": "快递柜管理", "score": "3"}],
            "suggestion": "快递柜夜间灯光太亮。",
        },
        (
            Step("sign occupier", on(5, "16:20"), "chenyu", {"way": "paper", "person": "李雪梅"}),
            Step("take_back", on(5, "16:25"), "chenyu"),
        ),
    ),
    Story(
        "customer_call",
        on(7, "10:00"),
        "chenyu",
        {
            "visited_at": on(7, "10:00"),
            "interviewer": "陈雨",
            "house": "6栋1单元0101",
            "customer": "邓丽华",
            "appointed_at": on(7, "10:00"),
            "on_time": True,
            "items": ITEMS,
            "needs": "独居老人，希望每周有人敲门问候。",
            "personal": "听力不好，请当面沟通。",
            "measure": "列入独居老人关怀名单，每周二上门。",
            "promised_at": on(5, "18:00"),
        },
        (
            Step(
                "handle",
                on(6, "09:00"),
                "chenyu",
                {"measure": "列入独居老人关怀名单，每周二上门。", "outcome": "名单已更新，首次上门已完成。"},
            ),
            Step("sign customer", on(6, "09:10"), "chenyu", {"way": "paper", "person": "邓丽华"}),
        ),
    ),
)
