"""Calls, visits, letters, enquiries and opinions of the demonstration house that are no complaints."""

from __future__ import annotations

from typing import Any

from services.demo.story import Step, Story, When, ago, day, on


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
    told = {"result_told_at": done} if more.get("passed_to") else {}
    steps = (Step("complete", done, "hejing", {"outcome": outcome} | told),) if done else ()
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
    Story(
        "first_response",
        on(1, "14:10"),
        "hejing",
        {
            "received_at": on(1, "14:10"),
            "caller": "彭国华",
            "phone": "13744443333",
            "house": "7栋2单元0203",
            "matter": "询问地下车库充电桩何时报装。",
            "first_responder": "何静",
            "passed_to": "工程部",
            "reply_by": on(0, "18:00"),
        },
        (Step("pass_on", on(1, "14:20"), "hejing", {"passed_to": "工程部", "received_by": "吴磊", "reply_by": on(0, "18:00")}),),
    ),
    Story(
        "first_response",
        on(3, "09:05"),
        "hejing",
        {
            "received_at": on(3, "09:05"),
            "caller": "唐伟",
            "house": "11栋2单元1603",
            "matter": "询问装修垃圾清运的时段。",
            "first_responder": "何静",
            "at_once": True,
        },
        (Step("answer", on(3, "09:08"), "hejing", {"reply": "每日 9:00 至 17:00，须装袋并贴房号。"}),),
    ),
    Story(
        "correspondence",
        on(6, "10:00"),
        "hejing",
        {
            "received_on": day(6),
            "came": "letter",
            "sender": "袁晓琳",
            "house": "10栋1单元0902",
            "matter": "来信反映外墙渗水两年未根治，要求书面答复维修方案。",
            "important": True,
            "registered_by": "何静",
        },
        (
            Step("report", on(6, "10:20"), "hejing"),
            Step("instruct", on(6, "15:00"), "linguodong", {"instruction": "工程部三日内查明渗水点，报外墙维修方案。", "handler": "吴磊"}),
            Step(
                "answer",
                on(3, "16:30"),
                "zhoumin",
                {
                    "handler": "吴磊",
                    "investigation": "现场查看，渗水点在窗台下沿。",
                    "result": "已列入本月外墙维修，施工方案随函附上。",
                    "answer_mode": "written",
                    "answered_on": day(3),
                },
            ),
        ),
    ),
    Story(
        "enquiry",
        ago(hours=3),
        "hejing",
        {
            "received_at": ago(hours=3),
            "way": "phone",
            "rings": 2,
            "caller": "沈佳",
            "house": "2栋1单元1401",
            "phone": "13533332222",
            "question": "询问公共维修资金余额如何查询。",
            "pending": True,
            "promised_at": ago(hours=-5),
            "officer": "何静",
        },
    ),
    Story(
        "enquiry",
        on(2, "11:00"),
        "hejing",
        {
            "received_at": on(2, "11:00"),
            "way": "visit",
            "caller": "冯丽娟",
            "house": "4栋1单元0502",
            "question": "询问门禁卡补办手续。",
            "answer": "凭业主身份证明到前台办理，工本费 15 元。",
            "officer": "何静",
        },
        (Step("reply", on(2, "11:02"), "hejing", {"answer": "凭业主身份证明到前台办理，工本费 15 元。"}),),
    ),
    Story(
        "front_desk_visitor",
        ago(minutes=40),
        "hejing",
        {
            "came_at": ago(minutes=40),
            "visitor": "张志强",
            "phone": "13600007788",
            "visited": "吴磊",
            "department": "工程部",
            "purpose": "送电梯年检报告",
            "attended_by": "何静",
        },
    ),
    Story(
        "suggestion_box",
        on(4, "09:30"),
        "hejing",
        {
            "collected_at": on(4, "09:30"),
            "source": "box",
            "anonymous": True,
            "content": "建议儿童游乐区晚间加一盏灯。",
            "passed_to": "工程部",
            "officer": "何静",
        },
        (
            Step("sign witness", on(4, "09:35"), "zhaogang"),
            Step("answer", on(3, "10:00"), "hejing", {"reply": "已在公告栏答复：本月内加装一盏感应灯。"}),
        ),
    ),
)
