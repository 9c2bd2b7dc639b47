"""The yearly survey of the demonstration house, its forms as residents filled them in, and a questionnaire on one topic."""

from __future__ import annotations

from typing import Any

from services.demo.story import Step, Story, Told, When, ago, day, on

ITEMS = ("courtesy", "reception", "complaints", "timeliness", "workmanship", "security", "parking", "cleaning", "greenery", "facilities")
GRADES = {"5": "very_satisfied", "4": "satisfied", "3": "neutral", "2": "dissatisfied", "1": "very_dissatisfied"}
YEARLY, DECORATION = "年度调查", "电梯轿厢调查"


def form(survey: str, issued: int, house: str, *steps: Step) -> Story:
    """A form that went to a house so many days ago."""
    values = {"survey": Told(survey), "issued_on": day(issued), "issued_by": "陈雨", "house": house}
    return Story("satisfaction_form", on(issued, "09:30"), "chenyu", values, steps)


def back(at: When, respondent: str, grades: str, overall: str, opinion: str, **more: Any) -> Step:
    """It came back; `grades` has a figure for each item, 5 for very satisfied, and a full stop for none."""
    ticked = {item: GRADES[figure] for item, figure in zip(ITEMS, grades, strict=True) if figure in GRADES}
    said = {"respondent": respondent, "overall": GRADES.get(overall), "opinion": opinion}
    return Step("take_in", at, "chenyu", ticked | {key: value for key, value in said.items() if value} | more)


def valid(at: When) -> Step:
    """The supervisor counts the form."""
    return Step("check", at, "zhoumin")


def spoilt(at: When, why: str) -> Step:
    """The supervisor does not count it."""
    return Step("reject", at, "zhoumin", {"spoilt_reason": why})


def sheet(name: str, at: When, who: str, **values: Any) -> Step:
    """A step on the statistics sheet of the survey."""
    return Step(name, at, who, values, register="satisfaction_statistics")


def improvement(problem: str, times: int, measure: str, department: str, responsible: str, due: int, *steps: Step) -> Story:
    """What the survey of the lifts and halls showed to be wrong."""
    values = {"survey": Told(DECORATION), "found_on": day(68), "problem": problem, "times": times, "measure": measure}
    values |= {"department": department, "responsible": responsible, "due_on": day(due)}
    return Story("survey_improvement", on(68, "15:00"), "zhoumin", values, steps)


CHARGING: list[dict[str, Any]] = [
    {"question": "是否同意在地下车库B区加装充电桩", "kind": "single", "option": option, "chosen": None, "note": None}
    for option in ("同意", "不同意", "无所谓")
] + [{"question": "对充电桩位置和收费的建议", "kind": "open", "option": None, "chosen": None, "note": None}]
COUNTED = [line | {"chosen": many} for line, many in zip(CHARGING, (61, 14, 8, None), strict=True)]

STORIES = (
    Story(
        "survey_batch",
        on(95, "09:00"),
        "linguodong",
        {
            "title": "电梯轿厢与大堂服务调查",
            "kind": "topic",
            "planned_on": day(95),
            "starts_on": day(92),
            "ends_on": day(78),
            "audience": "3栋、5栋住户，每单元抽6户",
            "plan": "由客服部上门发放、一周后收回。",
            "satisfied_means": "with_neutral",
        },
        (
            Step("issue", on(94, "10:00"), "linguodong"),
            Step("end", on(77, "17:30"), "zhoumin"),
            sheet("sign counter", on(76, "10:00"), "zhoumin"),
            sheet("analyse", on(75, "11:00"), "linguodong", analysis="样本仅六户，只作参考。集中反映轿厢异响和大堂灯光，已列整改。"),
            Step("publish", on(60, "16:00"), "zhoumin", {"published_at": on(60, "15:30"), "publication": "posted"}),
        ),
        name=DECORATION,
    ),
    form(DECORATION, 92, "3栋2单元1202", back(on(84, "10:00"), "李雪梅", "4.4434.4.3", "4", "大堂灯太暗。"), valid(on(83, "09:00"))),
    form(DECORATION, 92, "3栋2单元1102", back(on(84, "10:20"), "赵丽", "4.3323.4.2", "3", "电梯有异响。"), valid(on(83, "09:00"))),
    form(DECORATION, 92, "5栋1单元0903", back(on(83, "15:00"), "王建国", "3.2323.3.2", "2", "电梯常停。"), valid(on(82, "09:00"))),
    form(DECORATION, 92, "5栋2单元0802", back(on(82, "16:10"), "卢娟", "5.4545.5.4", "5", ""), valid(on(81, "09:00"))),
    form(DECORATION, 92, "3栋1单元1001", back(on(81, "09:30"), "黄秀英", "4.4434.4.3", "4", "大堂灯太暗。"), valid(on(80, "09:00"))),
    form(DECORATION, 92, "3栋1单元0601"),
    improvement(
        "大堂灯光昏暗",
        2,
        "3栋、5栋大堂筒灯全部更换为12W，照度测到150勒克斯。",
        "工程部",
        "吴磊",
        45,
        Step("complete", on(50, "17:00"), "wulei", {"done_on": day(50)}),
        Step("verify", on(48, "10:00"), "linguodong", {"verification": "现场照度合格，住户反映良好。"}),
    ),
    improvement("电梯运行异响、停梯频繁", 2, "维保单位更换导靴与门机皮带，每周巡查一次。", "工程部", "吴磊", -20),
    Story(
        "survey_batch",
        on(24, "09:00"),
        "linguodong",
        {
            "title": "2026年度满意度调查",
            "kind": "annual",
            "planned_on": day(24),
            "starts_on": day(20),
            "ends_on": day(-6),
            "audience": "全部入住户",
            "plan": "逐户发放问卷，前台设回收箱；目标发放九成入住户、回收八成。",
        },
        (Step("issue", on(21, "10:00"), "linguodong"),),
        name=YEARLY,
    ),
    form(YEARLY, 20, "1栋1单元0301", back(on(15, "10:00"), "陶春梅", "5545455444", "5", "前台态度好。"), valid(on(14, "09:00"))),
    form(YEARLY, 20, "1栋2单元1102", back(on(15, "10:20"), "姜伟", "4443344343", "4", "希望增加充电桩。"), valid(on(14, "09:00"))),
    form(YEARLY, 20, "2栋1单元0504", back(on(14, "15:30"), "", "4343223332", "3", "楼道清洁要加强。"), valid(on(13, "09:10"))),
    form(
        YEARLY,
        20,
        "",
        back(on(13, "11:10"), "", "5555555555", "5", ""),
        spoilt(on(12, "09:00"), "每项同一勾选且未署名，难以核实。"),
    ),
    form(YEARLY, 20, "5栋1单元0903", back(on(12, "16:00"), "王建国", "3322132222", "2", "地下车库漏水反映多次。"), valid(on(11, "09:00"))),
    form(YEARLY, 20, "9栋1单元1504", back(on(10, "09:40"), "何晓燕", "5444454254", "4", "垃圾清运要坚持。"), valid(on(9, "09:30"))),
    form(
        YEARLY,
        20,
        "6栋1单元0202",
        back(on(9, "10:00"), "", "..........", "", ""),
        Step("leave_blank", on(8, "09:00"), "zhoumin"),
    ),
    form(YEARLY, 20, "10栋2单元0404", back(on(2, "14:10"), "马文静", "5555544445", "5", "喷淋的事处理得很快。"), valid(on(1, "09:00"))),
    form(YEARLY, 20, "8栋1单元1203", back(on(1, "10:30"), "徐涛", "4444.44443", "4", "水压问题解决后很好。", way="phone")),
    form(YEARLY, 20, "12栋2单元2101"),
    form(YEARLY, 20, "7栋1单元0301"),
    Story(
        "topic_questionnaire",
        on(40, "10:00"),
        "zhoumin",
        {"topic": "地下车库加装充电桩", "audience": "有车业主", "held_on": day(40), "questions": CHARGING},
        (
            Step("issue", on(39, "09:00"), "chenyu", {"issued": 100}),
            Step(
                "count",
                on(30, "16:00"),
                "chenyu",
                {
                    "returned": 86,
                    "valid": 83,
                    "questions": COUNTED,
                    "conclusion": "七成以上同意，建议先在B区试点4个车位，费用方案报业委会。",
                },
            ),
            Step("conclude", on(29, "10:00"), "linguodong"),
        ),
    ),
    Story(
        "topic_questionnaire",
        ago(hours=4),
        "zhoumin",
        {
            "topic": "春节联欢活动形式",
            "audience": "全体业主",
            "held_on": day(0),
            "questions": [
                {"question": "希望参加的活动", "kind": "single", "option": option, "chosen": None, "note": None}
                for option in ("游园会", "百家宴", "文艺演出")
            ],
        },
    ),
)
