"""满意度调查: questionnaires and what became of them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from models.survey import SatisfactionForm, SurveyBatch, SurveyImprovement, TopicQuestionnaire
from tests.make import make
from tests.rule import START, Expected, Wanted

REGISTERS = {
    "survey_batch": {
        "read": "FASPQU",
        "create": "SP",
        "edit": "SP",
        "void": "SP",
        "print": "FASPQU",
        "export": "SPQU",
        "load": "",
        "names": "",
        "unmask": "",
        "issue": "P",
        "end": "AS",
        "publish": "SP",
        "sign maker": "SP",
        "sign design": "P",
    },
    "satisfaction_form": {
        "read": "FASPQU",
        "create": "FAS",
        "edit": "AS",
        "void": "SP",
        "print": "FASPQU",
        "export": "SPQU",
        "load": "S",
        "names": "FASP",
        "unmask": "FASP",
        "take_in": "FAS",
        "check": "S",
        "reject": "S",
        "leave_blank": "S",
        "enter_anew": "S",
        "write_off": "FAS",
        "sign issuer": "FAS",
        "sign customer": "FAS",
        "sign collector": "FAS",
    },
    "satisfaction_statistics": {
        "read": "FASPQU",
        "create": "",
        "edit": "",
        "void": "SP",
        "print": "FASPQU",
        "export": "SPQU",
        "load": "",
        "names": "",
        "unmask": "",
        "analyse": "P",
        "sign counter": "AS",
        "sign manager": "P",
    },
    "topic_questionnaire": {
        "read": "FASPQU",
        "create": "ASP",
        "edit": "ASP",
        "void": "SP",
        "print": "FASPQU",
        "export": "SPQU",
        "load": "",
        "names": "",
        "unmask": "",
        "issue": "ASP",
        "count": "ASP",
        "conclude": "P",
        "sign director": "P",
    },
    "survey_improvement": {
        "read": "FASPEGQU",
        "create": "ASP",
        "edit": "ASP",
        "void": "SP",
        "print": "FASPQU",
        "export": "SPQU",
        "load": "S",
        "names": "",
        "unmask": "",
        "complete": "FASPEGQ",
        "verify": "P",
        "return": "P",
        "sign manager": "P",
    },
}

SPEC = {
    "REG-29": {
        "调查批次": "survey",
        "房号(可匿名)": "house",
        "分项评价": "courtesy reception complaints timeliness workmanship security parking cleaning greenery facilities",
        "总体评价": "overall",
        "意见建议": "opinion",
        "签名/日期": "signed by Customer (optional)",
    },
    "REG-30": {
        "发放份数": "issued",
        "回收份数": "returned",
        "回收率": "return_rate",
        "总满意率": "overall_rate",
        "分项满意率": "items",
        "意见汇总": "opinions",
    },
    "REG-31": {"专题": "topic", "对象": "audience", "发放/回收": "issued returned", "结论": "conclusion"},
    "REG-32": {
        "问题": "problem",
        "改进措施": "measure",
        "责任人": "responsible",
        "完成日": "due_on done_on",
        "通报日(≤1个月)": "survey.published_at",
        "通报方式": "survey.publication",
    },
}


def one_came_back(session: Session, batch: SurveyBatch) -> None:
    """A form of the survey came back and was checked."""
    form = make(session, SatisfactionForm, survey=batch.id)
    session.flush()
    session.connection().execute(text("UPDATE satisfaction_form SET state = 'valid' WHERE id = :id"), {"id": form.id})
    session.refresh(form)


def analysed(session: Session, batch: SurveyBatch) -> None:
    """The project manager has analysed the sheet of the survey, and what is to be improved is entered."""
    make(session, SurveyImprovement, survey=batch.id)
    session.flush()
    session.connection().execute(text("UPDATE satisfaction_statistics SET state = 'analysed' WHERE survey_id = :id"), {"id": batch.id})


def going_out(session: Session, questionnaire: TopicQuestionnaire) -> None:
    """The survey of the questionnaire goes out."""
    _of(session, questionnaire, "state = 'issuing'")


def all_back(session: Session, questionnaire: TopicQuestionnaire) -> None:
    """The survey of the questionnaire has ended."""
    _of(session, questionnaire, "state = 'counted', ended_at = created_at")


def _of(session: Session, questionnaire: TopicQuestionnaire, told: str) -> None:
    """Give a questionnaire a survey of which that is told."""
    survey = make(session, SurveyBatch, kind="topic")
    session.flush()
    session.connection().execute(text(f"UPDATE survey_batch SET {told} WHERE id = :id"), {"id": survey.id})
    session.connection().execute(
        text("UPDATE topic_questionnaire SET survey_id = :survey WHERE id = :id"), {"survey": survey.id, "id": questionnaire.id}
    )
    session.expire_all()


def month_later(start: datetime) -> datetime:
    """The end of the same day of April for one of March."""
    return datetime(start.year, start.month + 1, start.day, 23, 59, 59, tzinfo=start.tzinfo)


READY = {
    ("survey_batch", "end"): one_came_back,
    ("survey_batch", "publish"): analysed,
    ("satisfaction_form", "check"): {"overall": "satisfied"},
    ("topic_questionnaire", "issue"): going_out,
    ("topic_questionnaire", "count"): all_back,
}

CLOCKS = {
    ("survey_batch", "publication"): Expected("RULE-108", month_later, "published_at", start="ended_at", then={"ended_at": START}),
}

PLANS = {
    ("survey_batch", "annual"): Wanted("RULE-105", "every year", over={"kind": "annual"}),
    ("forum", "customers"): Wanted("RULE-109", "every year"),
}
