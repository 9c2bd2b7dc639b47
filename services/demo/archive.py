"""Customer files of the demonstration house, who looked into them, what was handed over and destroyed, and the lists of customers."""

from __future__ import annotations

from typing import Any

from services.demo.story import Step, Story, Told, day, on


def file(days: int, house: str, customer: str, papers: str, *steps: Step, **more: Any) -> Story:
    """The file of a household that moved in so many days ago; `papers` names what lies in it."""
    values: dict[str, Any] = {
        "house": house,
        "customer": customer,
        "title": f"[{house}入住档案]",
        "responsible": "锦绣物业锦绣花园服务中心",
        "moved_in_on": day(days),
    }
    return Story(
        "archive_index", on(days, "16:40"), "chenyu", values | {key: True for key in papers.split()} | more, steps, name=f"档案{house}"
    )


def filed(days: int, cabinet: str, pages: int) -> Step:
    """The file is put in its place."""
    return Step("file", on(days, "10:30"), "chenyu", {"filed_on": day(days), "filer": "陈雨", "cabinet": cabinet, "pages": pages})


def consult(name: str, days: int, house: str, reader: str, consulter: str, body: str, purpose: str, *steps: Step, **more: Any) -> Story:
    """Somebody asks to look into the file of a household."""
    values = {"file": Told(f"档案{house}"), "asked_at": on(days, "09:20"), "reader": reader, "consulter": consulter, "body": body}
    return Story("archive_access", on(days, "09:22"), "chenyu", values | {"purpose": purpose} | more, steps, name=name)


def signed(days: int, clock: str, place: str, person: str) -> Step:
    """Somebody from outside signs on paper."""
    return Step(f"sign {place}", on(days, clock), "chenyu", {"way": "paper", "person": person})


def reach(household: str, contact: str, relation: str, phone: str, **more: Any) -> Story:
    """The line of a household in the contact list."""
    values = {"household": Told(household), "emergency_contact": contact, "relation": relation, "emergency_phone": phone}
    return Story("contact_list", on(4, "15:10"), "chenyu", values | {"updated_on": day(4)} | more)


def particulars(household: str, **more: Any) -> Story:
    """A household at a glance."""
    return Story("particulars", on(4, "15:40"), "chenyu", {"household": Told(household), "updated_on": day(4)} | more)


def room(days: int, lacking: str = "", *steps: Step, **more: Any) -> Story:
    """A look round the archive room; `lacking` names what is not in order."""
    found = {key: key not in lacking.split() for key in ["fire", "insects", "mould", "rodents", "theft", "cabinets"]}
    values = {"checked_on": day(days), "room": "客户档案室", "checker": "陈雨"} | found
    return Story("archive_check", on(days, "16:30"), "chenyu", values | more, steps)


STORIES = (
    Story(
        "archive_custodian",
        on(100, "09:00"),
        "zhoumin",
        {"appointed_on": day(100), "post": "客户服务部客户档案", "custodian": "陈雨"},
    ),
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
    consult(
        "查阅任海涛",
        20,
        "7栋2单元1503",
        "任海涛",
        "customer",
        "7栋2单元1503业主",
        "办理公积金提取，核对购房面积",
        Step("approve", on(20, "09:40"), "zhoumin"),
        Step("admit", on(20, "09:45"), "chenyu"),
        signed(20, "10:25", "reader", "任海涛"),
        Step("put_back", on(20, "10:30"), "chenyu", {"condition": "whole"}),
        proof="身份证 1503",
    ),
    Story(
        "archive_copy",
        on(20, "09:50"),
        "chenyu",
        {
            "consultation": Told("查阅任海涛"),
            "asked_at": on(20, "09:48"),
            "papers": "房屋交接验收表",
            "pages": 2,
            "copies": 1,
            "purpose": "公积金提取",
        },
        (
            Step("approve", on(20, "09:55"), "zhoumin"),
            Step("copy", on(20, "10:05"), "chenyu"),
            signed(20, "10:10", "receiver", "任海涛"),
            Step("put_back", on(20, "10:12"), "chenyu"),
        ),
    ),
    consult(
        "查阅唐伟",
        9,
        "11栋2单元1603",
        "邹志明",
        "official",
        "区公安分局城东派出所",
        "核实租住人员信息",
        Step("admit_official", on(9, "09:30"), "chenyu"),
        signed(9, "10:00", "reader", "邹志明"),
        Step("put_back", on(9, "10:05"), "chenyu", {"condition": "whole"}),
        proof="警官证 2716",
    ),
    consult("查阅沈佳", 1, "2栋1单元1401", "刘女士", "other", "某装饰公司", "了解户型尺寸", proof="身份证 0029"),
    consult(
        "查阅冯丽娟",
        3,
        "4栋1单元0502",
        "高先生",
        "other",
        "某房产中介",
        "联系业主洽谈租售",
        Step("refuse", on(3, "10:00"), "zhoumin", {"refusal": "与物业服务无关，客户资料保密。"}),
    ),
    Story(
        "archive_transfer",
        on(15, "14:00"),
        "chenyu",
        {
            "listed_on": day(15),
            "department": "客户服务部",
            "receiver": "档案室",
            "occasion": "上季度投诉处理记录归档",
            "giver": "周敏",
            "records": lambda opening: [
                {
                    "name": name,
                    "first_on": day(105)(opening).isoformat(),
                    "last_on": day(16)(opening).isoformat(),
                    "carrier": carrier,
                    "quantity": quantity,
                    "measure": measure,
                    "condition": "complete",
                    "remark": None,
                }
                for name, carrier, quantity, measure in (("客户投诉记录表", "paper", 2, "册"), ("投诉复函底稿", "electronic", 14, "份"))
            ],
        },
        (Step("sign giver", on(15, "14:10"), "zhoumin"), Step("receive", on(15, "14:20"), "chenyu")),
        name="移交投诉记录",
    ),
    Story(
        "archive_transfer",
        on(1, "17:20"),
        "wulei",
        {
            "listed_on": day(1),
            "department": "工程部",
            "receiver": "档案室",
            "occasion": "工程值班记录本用完移交",
            "giver": "吴磊",
            "records": lambda opening: [
                {
                    "name": "工程值班记录",
                    "first_on": day(120)(opening).isoformat(),
                    "last_on": day(1)(opening).isoformat(),
                    "carrier": "paper",
                    "quantity": 1,
                    "measure": "册",
                    "condition": "complete",
                    "remark": None,
                }
            ],
        },
    ),
    room(36, "", Step("review", on(35, "09:00"), "zhoumin"), temperature=21, humidity=48),
    room(8, "mould", Step("review", on(7, "09:00"), "zhoumin"), temperature=24, humidity=71, action="湿度偏高，已开除湿机，次日复测58%。"),
    room(1, "cabinets", temperature=22, humidity=55, action="柜内发现雨伞一把，已取出。"),
    reach("7栋2单元1503任海涛", "任海波", "弟弟", "13866020707", remark="业主常年驻外"),
    reach("10栋2单元0404马文静", "马建军", "父亲", "13411110404"),
    reach("3栋2单元1202李雪梅", "李晓峰", "儿子", "13802561202"),
    particulars(
        "7栋2单元1503任海涛",
        relations="业主独自登记，常年驻外",
        vehicle="粤A7K503",
        parking="B1-153",
        special_needs="无人居住，每周巡查漏水",
    ),
    particulars(
        "3栋2单元1202李雪梅", relations="夫妻带一子", fit_out_from=day(1640), fit_out_to=day(1560), vehicle="粤A3L212", parking="B1-032"
    ),
    Story(
        "owner_information",
        on(6, "10:00"),
        "chenyu",
        {
            "household": Told("3栋2单元1202李雪梅"),
            "registered_on": day(6),
            "gender": "female",
            "identity": "身份证 4712",
            "mailing_address": "锦绣花园3栋2单元1202",
            "family": [{"name": "李晓峰", "relation": "儿子", "phone": "13802561202"}],
            "vehicles": [{"plate": "粤A3L212", "model": "白色轿车", "parking": "B1-032"}],
            "fees": lambda opening: [
                {
                    "item": "物业服务费",
                    "period": f"{opening.year}年度",
                    "amount": "3856.80",
                    "paid_on": day(200)(opening).isoformat(),
                }
            ],
        },
        (
            signed(6, "10:15", "owner", "李雪梅"),
            Step(
                "check",
                on(5, "09:30"),
                "zhoumin",
                {
                    "checks": lambda opening: [
                        {"on": day(5)(opening).isoformat(), "accurate": True, "complete": True, "checked_by": "周敏"},
                    ]
                },
            ),
        ),
    ),
    Story(
        "destruction_list",
        on(11, "09:00"),
        "chenyu",
        {
            "listed_on": day(11),
            "kind": "archives",
            "grounds": "保管期满，经鉴定无继续保存价值",
            "transfer": Told("移交投诉记录"),
            "papers": [
                {
                    "category": "工作记录",
                    "name": "来电来访登记本（接管前）",
                    "reference": None,
                    "quantity": 3,
                    "reason": "接管前旧册，已过保存期",
                    "secrecy": "internal",
                    "copies": 3,
                    "pages": 210,
                    "remark": None,
                }
            ],
        },
        (
            Step("approve", on(10, "09:00"), "linguodong"),
            Step("sign witness_one", on(10, "14:00"), "zhoumin"),
            Step("sign witness_two", on(10, "14:05"), "sunlan"),
            Step("carry_out", on(10, "14:20"), "zhoumin", {"destroyed_on": day(10), "place": "市档案销毁中心"}),
        ),
    ),
    Story(
        "destruction_list",
        on(2, "09:00"),
        "chenyu",
        {"listed_on": day(2), "kind": "personal", "grounds": "钥匙记录保存满两年"},
    ),
)
