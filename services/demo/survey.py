"""Survey forms of the demonstration house, as residents filled them in."""

from __future__ import annotations

from typing import Any

from services.demo.story import Step, Story, When, day, on

ITEMS = ("courtesy", "reception", "complaints", "timeliness", "workmanship", "security", "parking", "cleaning", "greenery", "facilities")
GRADES = {"5": "very_satisfied", "4": "satisfied", "3": "neutral", "2": "dissatisfied", "1": "very_dissatisfied"}


def answers(at: When, house: str, respondent: str, grades: str, overall: str, opinion: str, *steps: Step, **more: Any) -> Story:
    """One form; `grades` has a figure for each item, 5 for very satisfied, and a full stop for none."""
    ticked = {item: GRADES[figure] for item, figure in zip(ITEMS, grades, strict=True) if figure in GRADES}
    values: dict[str, Any] = {
        "batch": "2026年度满意度调查",
        "kind": "annual",
        "issued_on": day(20),
        "issued_by": "陈雨",
        "collected_at": at,
        "collected_by": "陈雨",
    }
    return Story(
        "satisfaction_form",
        at,
        "chenyu",
        values | {"house": house, "respondent": respondent, "overall": GRADES[overall], "opinion": opinion} | ticked | more,
        steps,
    )


def valid(at: When) -> Step:
    """The supervisor counts the form."""
    return Step("check", at, "zhoumin")


STORIES = (
    answers(on(15, "10:00"), "1栋1单元0301", "陶春梅", "5545455444", "5", "前台态度好。", valid(on(14, "09:00"))),
    answers(on(15, "10:20"), "1栋2单元1102", "姜伟", "4443344343", "4", "希望增加充电桩。", valid(on(14, "09:00"))),
    answers(on(14, "15:30"), "2栋1单元0504", "", "4343223332", "3", "楼道清洁要加强。", valid(on(13, "09:10"))),
    answers(
        on(13, "11:10"),
        "",
        "",
        "5555555555",
        "5",
        "",
        Step("reject", on(12, "09:00"), "zhoumin", {"spoilt_reason": "每项同一勾选且未署名，难以核实。"}),
    ),
    answers(on(12, "16:00"), "5栋1单元0903", "王建国", "3322132222", "2", "地下车库漏水反映多次。", valid(on(11, "09:00"))),
    answers(on(10, "09:40"), "9栋1单元1504", "何晓燕", "5444454254", "4", "垃圾清运要坚持。", valid(on(9, "09:30"))),
    answers(on(2, "14:10"), "10栋2单元0404", "马文静", "5555544445", "5", "喷淋的事处理得很快。"),
    answers(on(1, "10:30"), "8栋1单元1203", "徐涛", "4444.44443", "4", "水压问题解决后很好。", way="customer"),
)
