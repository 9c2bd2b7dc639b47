"""The flats of the demonstration house and who lives in them: those of whom all its other books speak."""

from __future__ import annotations

from typing import Any

from services.demo.story import Step, Story, Told, When, day, on

OPENED = 120  # days ago, when the office brought its list of households in


def household(house: str, name: str, phone: str, since: int, layout: str, area: str, *steps: Step, **more: Any) -> Story:
    """A household that moved in so many days ago; who did so before the list was brought in came with it."""
    entered: When = on(OPENED, "09:00") if since >= OPENED else on(since, "09:40")
    values = {"house": house, "householder": name, "phone": phone, "moved_in_on": day(since), "unit.layout": layout, "unit.area": area}
    return Story("household", entered, "chenyu", values | more, steps, name=f"{house}{name}")


def unit(house: str, layout: str, area: str, *steps: Step) -> Story:
    """A flat in which nobody lives."""
    return Story("unit", on(OPENED, "08:30"), "chenyu", {"house": house, "layout": layout, "area": area}, steps)


def member(household: str, name: str, relation: str, phone: str = "", **more: Any) -> Story:
    """A person who lives in a household, named by its flat and householder, beside the householder."""
    values = {"household": Told(household), "name": name, "relation": relation, "phone": phone, "since": day(OPENED - 10)}
    return Story("person", on(OPENED - 10, "10:00"), "chenyu", values | more)


THREE, TWO, FOUR = "三室两厅", "两室两厅", "四室两厅"

STORIES = (
    household("1栋1单元0101", "胡桂兰", "13712340001", 2890, TWO, "89.60"),
    household("1栋1单元0203", "曹建华", "13500670203", 2874, TWO, "89.60"),
    household("1栋1单元0301", "陶春梅", "13907310301", 2801, TWO, "89.60"),
    household("1栋2单元1102", "姜伟", "13607311102", 2444, THREE, "118.20"),
    household("1栋3单元0602", "陈国强", "13612345098", 1820, THREE, "118.20"),
    household("2栋1单元0504", "袁立新", "13307310504", 2688, TWO, "92.35"),
    household("2栋1单元0801", "郑伟", "18902233445", 2107, TWO, "92.35"),
    household("2栋1单元1401", "沈佳", "13533332222", 30, THREE, "121.70"),
    household("2栋2单元0801", "郑伟", "13873170801", 1466, TWO, "92.35"),
    household("2栋2单元1105", "吴佳怡", "15012349876", 733, TWO, "88.10"),
    household("3栋1单元0601", "葛明", "13787316601", 6, THREE, "125.40"),
    household("3栋1单元1001", "黄秀英", "13198765432", 2555, THREE, "125.40"),
    household("3栋2单元1102", "赵丽", "13723456120", 1290, THREE, "128.56"),
    household("3栋2单元1202", "李雪梅", "13802564712", 1655, THREE, "128.56"),
    household("4栋1单元0502", "冯丽娟", "13600001212", 12, TWO, "86.90", tenure="tenant"),
    household("4栋2单元0906", "林晓东", "13922334455", 902, TWO, "86.90"),
    household("5栋1单元0903", "王建国", "13902217365", 2010, FOUR, "162.80"),
    household("5栋2单元0802", "卢娟", "13812340002", 1123, THREE, "126.30"),
    household("6栋1单元0101", "邓丽华", "13800138021", 2333, TWO, "90.75"),
    household("6栋1单元0202", "贺丽萍", "13607340202", 2290, TWO, "90.75"),
    household(
        "6栋1单元0204",
        "邱明",
        "13974880204",
        640,
        TWO,
        "90.75",
        Step("move_out", on(100, "16:20"), "chenyu", {"moved_out_on": day(100), "remark": "租约到期，钥匙已交回业主。"}),
        tenure="tenant",
    ),
    household("6栋1单元0204", "姚志刚", "13600008888", 92, TWO, "90.75", tenure="tenant"),
    household("6栋2单元1701", "周凯", "13802566471", 1540, THREE, "117.95"),
    household("7栋1单元0301", "孙志远", "13378901234", 877, THREE, "119.05"),
    household("7栋2单元0203", "彭国华", "13744443333", 1930, THREE, "119.05"),
    household("7栋2单元1503", "任海涛", "13866021503", 60, FOUR, "158.40"),
    household("8栋1单元0704", "蒋琳", "13548980704", 5, TWO, "91.20"),
    household("8栋1单元1203", "徐涛", "13788889999", 1011, THREE, "120.60"),
    household("9栋1单元1504", "何晓燕", "13655667788", 1388, THREE, "122.15"),
    household("9栋2单元0703", "罗志强", "13712121212", 1702, THREE, "122.15"),
    household("10栋1单元0902", "袁晓琳", "13855554444", 515, TWO, "87.45"),
    household("10栋2单元0404", "马文静", "13411112222", 690, THREE, "116.80"),
    household("11栋1单元0502", "高敏", "13512340987", 1212, TWO, "93.05"),
    household("11栋2单元1603", "唐伟", "13922221111", 45, THREE, "124.90"),
    household("12栋2单元0302", "白杨", "13607480302", 1, TWO, "85.75"),
    household("12栋2单元2101", "刘芳", "13544556677", 480, THREE, "123.30"),
    unit("3栋1单元0601", THREE, "125.40"),
    unit("3栋2单元1302", THREE, "128.56", Step("hand_over", on(75, "10:00"), "chenyu", {"handed_over_on": day(75)})),
    unit("12栋1单元0801", TWO, "85.75"),
    unit("12栋1单元0802", TWO, "85.75"),
    member("3栋2单元1202李雪梅", "李德厚", "parent", remark="患心脏病，忌噪声惊扰"),
    member("3栋2单元1202李雪梅", "周子涵", "child"),
    member("5栋1单元0903王建国", "张敏", "spouse", "13902217366"),
    member("9栋1单元1504何晓燕", "刘一诺", "child"),
    member("12栋2单元2101刘芳", "陈浩", "spouse", "13544556678"),
)
