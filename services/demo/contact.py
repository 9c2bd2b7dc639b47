"""Calls and visits of the demonstration house that are no complaints."""

from __future__ import annotations

from typing import Any

from services.demo.story import Step, Story, When, ago, on


def call(
    at: When, channel: str, caller: str, house: str, phone: str, content: str, outcome: str = "", done: When | None = None, **more: Any
) -> Story:
    """A call or visit that the front desk took, and perhaps its outcome."""
    values = {
        "channel": channel,
        "received_at": at,
        "received_by": "何静",
        "caller": caller,
        "house": house,
        "phone": phone,
        "content": content,
    }
    steps = (Step("complete", done, "hejing", {"outcome": outcome}),) if done else ()
    return Story("call_visit", at, "hejing", values | more, steps)


STORIES = (
    call(ago(minutes=25), "phone", "冯丽娟", "4栋1单元0502", "13600001212", "询问本月燃气安检的上门时间。", passed_to="工程部"),
    call(
        ago(hours=2, minutes=5),
        "visit",
        "唐伟",
        "11栋2单元1603",
        "13922221111",
        "办理装修出入证续期，缺监理签字。",
        "已告知补签后再来，材料清单当面交付。",
        ago(hours=1, minutes=50),
    ),
    call(
        on(1, "10:22"),
        "online",
        "沈佳",
        "2栋1单元1401",
        "13533332222",
        "建议西门快递车限时段进入。",
        "已转秩序维护部研究，纳入下月工作计划。",
        on(1, "16:00"),
        passed_to="秩序维护部",
    ),
    call(
        on(2, "09:15"),
        "visit",
        "彭国华",
        "7栋2单元0203",
        "13744443333",
        "咨询公共收益公示在哪里看。",
        "带业主到公告栏查看，并说明每季公示。",
        on(2, "09:30"),
    ),
    call(
        on(3, "15:40"),
        "phone",
        "袁晓琳",
        "10栋1单元0902",
        "13855554444",
        "家中钥匙遗忘，请求开锁公司电话。",
        "已提供公安备案的开锁公司电话。",
        on(3, "15:45"),
    ),
)
