"""Statistical reports of the demonstration house: those of the periods that are over, drawn up, signed and sent, but for the last ones."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from models.core.plans import HALF_YEAR, MONTH, QUARTER, YEAR, Every
from services.demo.story import Step, Story, When, ago, day, on


def ended(every: Every) -> When:
    """The last day of the period that was over on the day before the house is opened, when the reports are made."""
    return lambda opening: every.span(opening.date() - timedelta(days=1)).first - timedelta(days=1)


def report(kind: str, every: Every, drawn: When, *steps: Step, by: str = "陈雨", **words: Any) -> Story:
    """A report of the period that ended last, drawn up at a moment, and what was done with it."""
    who = {"陈雨": "chenyu", "周敏": "zhoumin"}[by]
    values = {"kind": kind, "day": ended(every), "whole_year": True if every == YEAR else None, "compiled_by": by, **words}
    return Story("statistical_report", drawn, who, values, (Step("submit", drawn, who), Step("sign compiler", drawn, who), *steps))


def approve(at: When) -> Step:
    """The project manager approves it."""
    return Step("approve", at, "linguodong")


def review(at: When) -> Step:
    """The head of the department reviews what the assistant drew up."""
    return Step("review", at, "zhoumin")


def send(at: When, to: str) -> Step:
    """It is sent or posted."""
    return Step("send", at, "zhoumin", {"sent_to": to})


QUALITY, BOARD = "公司品质部（邮件）", "小区公告栏、各单元大堂"

STORIES = (
    report("monthly_complaints", MONTH, on(1, "16:40"), approve(on(1, "17:05")), send(on(1, "17:20"), QUALITY)),
    report(
        "monthly_service", MONTH, on(1, "15:00"), approve(on(1, "17:06")), send(on(1, "17:30"), BOARD),
        published="外墙瓷砖脱落已围挡并重贴，外墙列入季度敲检；电梯异响已由维保单位更换部件，试运行正常。", by="周敏",
    ),
    report("monthly_follow_up", MONTH, on(1, "15:20"), review(on(1, "16:30")), approve(on(1, "17:07")), send(on(1, "17:31"), QUALITY)),
    report("repair_follow_up", MONTH, on(1, "15:30"), approve(on(1, "17:08")), send(on(1, "17:32"), QUALITY)),
    report("profit_and_loss", MONTH, on(1, "15:40"), approve(on(1, "17:09")), send(on(1, "17:33"), BOARD), by="周敏"),
    report("timely_handling", MONTH, on(1, "15:50"), approve(on(1, "17:10")), by="周敏"),
    report("case_studies", MONTH, ago(minutes=40)),
    report("visits_and_complaints", QUARTER, on(1, "10:00"), approve(on(1, "17:11")), send(on(1, "17:34"), QUALITY), by="周敏"),
    report(
        "quarterly_service", QUARTER, on(1, "10:20"), approve(on(1, "17:12")),
        Step("enter_company_approval", on(1, "17:35"), "zhoumin", {"company_approved_on": day(1)}), send(on(1, "17:36"), BOARD), by="周敏",
    ),
    report("quarterly_brief", QUARTER, on(1, "10:30"), approve(on(1, "17:14")), send(on(1, "17:38"), BOARD), by="周敏"),
    report(
        "complaint_analysis", HALF_YEAR, on(1, "10:40"), review(on(1, "16:31")), approve(on(1, "17:13")), send(on(1, "17:37"), QUALITY),
        recurring="楼道垃圾清运、电梯停靠和地面停车反复反映。", prevention="清运改为早晚两次；电梯每季专项保养；访客车位分时管理。",
    ),
    report(
        "survey_bulletin", YEAR, on(1, "11:00"), approve(on(1, "17:14")), send(on(1, "17:38"), BOARD),
        conclusion="台账启用前的年度满意度调查结果见当年纸质公告。", by="周敏",
    ),
)  # fmt: skip
