"""The surveys of the demonstration house: of the year, of the month and on topics, with their forms as residents filled them in."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from random import Random
from typing import Any

from sqlalchemy import select, true
from sqlalchemy.orm import Session

from models.survey import SatisfactionForm, SurveyBatch
from models.survey.batch import Sampling
from services import bookkeeping
from services.demo.story import Step, Story, Told, When, ago, day, on
from services.reactions.survey import counted_once
from services.surveying import entry, issuing
from services.surveying.sampling import sample

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


# Whole stacks: too many forms to be told one by one ---------------------------------------

SAID = (
    "前台态度好，办事利索。",
    "希望增加电动车充电位。",
    "楼道卫生周末没人打扫。",
    "电梯故障次数偏多，希望彻底检修。",
    "夜间门岗要加强巡逻。",
    "地面停车位不够，访客乱停。",
    "绿化修剪及时，环境不错。",
    "报修来得快，师傅很耐心。",
    "垃圾分类点味道大，请多冲洗。",
)
LEANINGS = {"cleaning": -0.3, "parking": -0.7, "facilities": -0.4, "courtesy": 0.4, "reception": 0.3, "greenery": 0.2}


def issue_rest(session: Session, batch: SurveyBatch) -> None:
    """The forms of the sample go out, each under its number."""
    issuing.issue(session, batch, [house.written for house in sample(session, batch).houses])


def stack(many: int, seed: int, answers: Callable[[Random], list[str]]) -> Callable[[Session, SurveyBatch], None]:
    """So many forms come back at once and are entered one after the other; now and then one is blank or spoilt."""

    def take_in(session: Session, batch: SurveyBatch) -> None:
        chance = Random(seed)
        with counted_once(session):
            for form in _out(session, batch)[:many]:
                fate = chance.random()
                said = {} if fate < 0.03 else dict(enumerate(answers(chance)))
                opinion = chance.choice(SAID) if said and chance.random() < 0.25 else ""
                spoilt = "两处同勾" if 0.03 <= fate < 0.07 else ""
                entry.save(session, form, entry.Filled(said, opinion, spoilt), form.version)

    return take_in


def _out(session: Session, batch: SurveyBatch) -> list[SatisfactionForm]:
    """The forms that are still out; of a survey with copies those that went to nobody by name."""
    form = SatisfactionForm
    out = select(form).where(form.__table__.c.survey_id == batch.id, form.state == form.State.ISSUED.value)
    named = form.house.is_(None) if batch.sampling == Sampling.COPIES else true()
    return list(session.execute(out.where(named).order_by(form.id)).scalars())


def check_stack(session: Session, batch: SurveyBatch) -> None:
    """The supervisor looks through what was entered."""
    cls = SatisfactionForm
    entered = select(cls).where(cls.__table__.c.survey_id == batch.id, cls.state == cls.State.ENTERED.value)
    with counted_once(session):
        for form in session.execute(entered).scalars().all():
            blank = not form.answers and form.get("overall") is None
            step = "reject" if form.spoilt_reason else "leave_blank" if blank else "check"
            bookkeeping.move(session, form, step, {"spoilt_reason": form.spoilt_reason} if step == "reject" else {})


def opinion_of_the_house(chance: Random) -> list[str]:
    """What a resident ticks for the ten items and overall; an item that does not concern him stays blank."""
    mood = chance.gauss(4.05, 0.55)
    scores = [round(min(5, max(1, chance.gauss(mood + LEANINGS.get(item, 0.0), 0.5)))) for item in ITEMS]
    ticked = ["" if chance.random() < 0.06 else GRADES[str(score)] for score in scores]
    return [*ticked, GRADES[str(round(sum(scores) / len(scores)))]]


def on_charging(chance: Random) -> list[str]:
    """What a resident says about charging posts."""
    choice = chance.choices(("同意", "不同意", "无所谓"), (74, 16, 10))[0]
    score = str(chance.choices((5, 4, 3, 2, 1), (30, 32, 22, 10, 6))[0])
    return [choice, score, chance.choice(("", "", "", "费用要公开。", "离住宅楼远一点。"))]


def deed(at: When, who: str, done: Callable[[Session, SurveyBatch], None]) -> Step:
    """What is done with many forms of a survey at once."""
    return Step("forms", at, who, deed=done)


def lines(question: str, kind: str, options: Iterable[str | None] = (None,)) -> list[dict[str, Any]]:
    """The lines of one question of a questionnaire."""
    return [{"question": question, "kind": kind, "option": option, "note": None} for option in options]


def sheet(name: str, at: When, who: str, **values: Any) -> Step:
    """A step on the statistics sheet of the survey."""
    return Step(name, at, who, values, register="satisfaction_statistics")


def improvement(problem: str, times: int, measure: str, department: str, responsible: str, due: int, *steps: Step) -> Story:
    """What the survey of the lifts and halls showed to be wrong."""
    values = {"survey": Told(DECORATION), "found_on": day(68), "problem": problem, "times": times, "measure": measure}
    values |= {"department": department, "responsible": responsible, "due_on": day(due)}
    return Story("survey_improvement", on(68, "15:00"), "zhoumin", values, steps)


def found(survey: str, problem: str, times: int, measure: str, department: str, responsible: str, due: int) -> Story:
    """What the survey of the year showed to be wrong."""
    values = {"survey": Told(survey), "found_on": day(0), "problem": problem, "times": times, "measure": measure}
    return Story(
        "survey_improvement", ago(hours=1), "zhoumin", values | {"department": department, "responsible": responsible, "due_on": day(due)}
    )


CHARGING = [
    *lines("是否同意在地下车库B区加装充电桩", "single", ("同意", "不同意", "无所谓")),
    *lines("加装的迫切程度", "score"),
    *lines("对充电桩位置和收费的建议", "open"),
]
POSTS, FESTIVAL = "充电桩调查", "春节活动调查"

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
            "ends_on": day(2),
            "audience": "全体业主、住户",
            "sampling": "copies",
            "sample_size": 120,
            "plan": "管家上门与大堂设点发放编号问卷120份，前台设回收箱；目标回收八成。",
        },
        (
            Step("issue", on(21, "10:00"), "linguodong"),
            deed(on(20, "10:30"), "chenyu", issue_rest),
            deed(on(13, "15:00"), "hejing", stack(42, 11, opinion_of_the_house)),
            deed(on(12, "10:00"), "zhoumin", check_stack),
            deed(on(5, "15:00"), "chenyu", stack(46, 12, opinion_of_the_house)),
            deed(on(4, "10:00"), "zhoumin", check_stack),
            Step("end", on(1, "17:30"), "zhoumin"),
            sheet("sign counter", on(1, "17:40"), "zhoumin"),
            sheet(
                "analyse",
                ago(hours=2),
                "linguodong",
                analysis="总体满意，服务态度与接待得分最高；车辆管理、公共设施和保洁偏低，与意见集中处一致，已列整改。",
            ),
        ),
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
    form(
        YEARLY,
        20,
        "8栋1单元1203",
        back(on(1, "10:30"), "徐涛", "4444.44443", "4", "水压问题解决后很好。", way="phone"),
        valid(on(1, "11:00")),
    ),
    form(YEARLY, 20, "12栋2单元2101"),
    form(YEARLY, 20, "7栋1单元0301"),
    found(YEARLY, "地面停车位紧张、访客车辆乱停", 12, "增划访客临停位8个，门岗登记限时，违停贴条。", "秩序维护部", "赵刚", -25),
    found(YEARLY, "楼道保洁周末缺人", 9, "周末增排保洁1人，主管每日抽查两栋。", "保洁部", "周敏", -10),
    Story(
        "survey_batch",
        on(7, "09:00"),
        "linguodong",
        {
            "title": "月度满意度抽样调查",
            "kind": "pulse",
            "planned_on": day(7),
            "starts_on": day(6),
            "ends_on": day(-8),
            "audience": "入住户随机抽样",
            "sampling": "random",
            "sample_size": 12,
            "seed": 261105,
            "plan": "按楼栋抽12户，管家上门发放并回收。",
        },
        (
            Step("issue", on(6, "09:30"), "linguodong"),
            deed(on(6, "10:00"), "chenyu", issue_rest),
            deed(on(3, "16:00"), "hejing", stack(3, 21, opinion_of_the_house)),
            deed(on(2, "09:30"), "zhoumin", check_stack),
            deed(ago(hours=5), "hejing", stack(2, 23, opinion_of_the_house)),
        ),
    ),
    Story(
        "survey_batch",
        on(41, "09:00"),
        "linguodong",
        {
            "title": "地下车库加装充电桩意见调查",
            "kind": "topic",
            "planned_on": day(41),
            "starts_on": day(40),
            "ends_on": day(31),
            "audience": "有车业主",
            "sampling": "copies",
            "sample_size": 40,
        },
        (
            Step("issue", on(40, "11:00"), "linguodong"),
            deed(on(40, "14:00"), "chenyu", issue_rest),
            deed(on(32, "15:00"), "hejing", stack(34, 31, on_charging)),
            deed(on(31, "10:00"), "zhoumin", check_stack),
            Step("end", on(31, "17:00"), "zhoumin"),
            sheet("sign counter", on(31, "17:20"), "zhoumin"),
            sheet("analyse", on(30, "10:00"), "linguodong", analysis="回收率达标，结论见专题问卷。"),
            Step("publish", on(28, "16:00"), "zhoumin", {"published_at": on(28, "15:30"), "publication": "posted"}),
        ),
        name=POSTS,
    ),
    Story(
        "topic_questionnaire",
        on(40, "10:00"),
        "zhoumin",
        {"topic": "地下车库加装充电桩", "audience": "有车业主", "held_on": day(40), "survey": Told(POSTS), "questions": CHARGING},
        (
            Step("count", on(30, "16:00"), "chenyu", {"conclusion": "六成以上同意，建议先在B区试点4个车位，费用方案报业委会。"}),
            Step("conclude", on(29, "10:00"), "linguodong"),
        ),
    ),
    Story(
        "survey_batch",
        ago(hours=6),
        "linguodong",
        {
            "title": "春节联欢活动意见调查",
            "kind": "topic",
            "planned_on": day(0),
            "starts_on": day(-5),
            "ends_on": day(-15),
            "sampling": "all",
        },
        name=FESTIVAL,
    ),
    Story(
        "topic_questionnaire",
        ago(hours=4),
        "zhoumin",
        {
            "topic": "春节联欢活动形式",
            "audience": "全体业主",
            "held_on": day(0),
            "survey": Told(FESTIVAL),
            "questions": lines("希望参加的活动", "single", ("游园会", "百家宴", "文艺演出")),
        },
    ),
)
