"""Customer files of the demonstration house: filed, waiting, late."""

from __future__ import annotations

from typing import Any

from services.demo.story import Step, Story, day, on


def file(days: int, house: str, customer: str, papers: str, *steps: Step, **more: Any) -> Story:
    """The file of a household that moved in so many days ago; `papers` names what lies in it."""
    values: dict[str, Any] = {
        "house": house,
        "customer": customer,
        "title": f"[{house}入住档案]",
        "responsible": "锦绣物业锦绣花园服务中心",
        "moved_in_on": day(days),
    }
    return Story("archive_index", on(days, "16:40"), "chenyu", values | {key: True for key in papers.split()} | more, steps)


def filed(days: int, cabinet: str, pages: int) -> Step:
    """The file is put in its place."""
    return Step("file", on(days, "10:30"), "chenyu", {"filed_on": day(days), "filer": "陈雨", "cabinet": cabinet, "pages": pages})


STORIES = (
    file(
        60,
        "7栋2单元1503",
        "任海涛",
        "own_papers family_papers house_papers receipts",
        filed(58, "3柜-2层-05盒", 42),
        missing="未装修，无装修资料与图片",
    ),
    file(
        45,
        "11栋2单元1603",
        "唐伟",
        "own_papers house_papers fit_out_papers receipts",
        filed(44, "3柜-2层-06盒", 57),
        missing="独居，无家庭资料；图片后补",
    ),
    file(
        30,
        "2栋1单元1401",
        "沈佳",
        "own_papers family_papers house_papers",
        filed(28, "3柜-3层-01盒", 38),
        missing="未装修；收费单据由财务保存",
    ),
    file(
        12,
        "4栋1单元0502",
        "冯丽娟",
        "own_papers house_papers receipts pictures",
        filed(10, "3柜-3层-02盒", 29),
        missing="租户入住，无家庭与装修资料",
    ),
    file(5, "8栋1单元0704", "蒋琳", "own_papers family_papers house_papers", missing="收费单据待财务补打"),
    file(1, "12栋2单元0302", "白杨", "own_papers house_papers"),
)
