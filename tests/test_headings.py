"""What offices call their columns and say in them: each heading is read as the field it means, and a doubtful one as none."""

from __future__ import annotations

from typing import Any

import pytest

from models.complaints import Complaint
from models.core.register import REGISTERS
from models.keys import KeyBorrow, KeyOnHook
from models.repair import RepairRequest
from services.exchange.mapping import map_headings
from services.exchange.workbook import Heading
from tests.ledgers import all_of

# heading=field for what is read, a bare heading for what is left for a person to say.
LEDGERS = {
    "complaint": (
        "序号 接诉日期=received_at 投诉业主=complainant 投诉户号=house 投诉事项=content 投诉性质=validity 负责人=handler 处理情况=result",
        "投诉日期=received_at 投诉时间=received_at 楼栋房号=house 经办人=handler 登记人=first_responder 处理措施=measures "
        "金额 费用 完成时间=handled_at 业主是否满意=satisfied 处理结果=result 处理情况",
        "工单编号=outside_number 客户名称=complainant 严重等级=severity 原因分析=cause 答复内容=result 办结时间=closed_at",
    ),
    "repair_request": (
        "报修单号=dispatch_number 报修项目=content 预约时间=appointed_at 接单人=received_by 维修工=repairer 完工时间=completed_at 材料费",
        "维修师傅=repairer 故障现象=content 收费金额=fee 业主评价=opinion",
        "维修日期=received_at 维修时间=received_at",
        "报修日期=received_at 维修时间",
        "报修时间=received_at 维修日期",
        "报修日期=received_at 维修日期",
        "日期=received_at 报修时间=received_at",
    ),
    "duty_log": ("值班日期=received_at 值班员=officer 来访人=caller 值班记录=content 遗留问题=remaining",),
    "duty_roster": ("日期=drawn_on 值班员 负责人",),
    "key_borrow": ("预计归还时间=expected_at 归还时间=returned_at 管理员签字=lent_by",),
    "household": ("房间号=house 产权人=householder 租户姓名 联系电话1=phone 联系电话2 套内面积",),
    "gate_visitor": ("访客姓名=visitor 业主=host 业主房号=house 进入时间=came_at 值班保安=guard_on_duty",),
    "patrol_log": ("巡查人=patroller 巡查区域=route 异常情况=others",),
    "cleaning_check": ("检查区域=area 责任人 检查结果=qualified 整改情况=rework",),
    "archive_check": ("检查日期=checked_on 数量",),
    "training": ("培训日期=held_on 费用",),
    "unit": ("楼栋=house/building 房号=house/room 层数 栋数",),
    "correspondence": ("来信日期=received_on 反映问题=matter 回复日期=answered_on 经办人=registered_by",),
}


@pytest.mark.one_database
@pytest.mark.parametrize(("key", "line"), [(key, line) for key, lines in LEDGERS.items() for line in lines])
def test_the_headings_of_an_office_are_read_as_what_they_mean(key: str, line: str) -> None:
    said = [each.partition("=") for each in line.split()]
    headings = tuple(Heading(heading, column) for column, (heading, _mark, _field) in enumerate(said))
    found = map_headings(REGISTERS[key], headings).by_column()
    assert {heading: found.get(column, "") for column, (heading, _mark, _field) in enumerate(said)} == {
        heading: field for heading, _mark, field in said
    }


def test_words_of_an_office_that_no_list_has_are_kept_and_refuse_no_row(taken: Any, session: Any) -> None:
    assert taken(Complaint, "投诉时间|投诉人|投诉内容|投诉类别|是否满意", "2019-03-02|王芳|楼上噪音|邻里纠纷|不满意").refused == 0
    (row,) = all_of(session, Complaint)
    assert (row.validity, row.remark, row.satisfied) == (None, "投诉类别：邻里纠纷", False)
    assert taken(RepairRequest, "报修时间|报修人|房号|报修内容|维修类别", "2019-03-02|王芳|3栋101|插座无电|水电").refused == 0
    (repair,) = all_of(session, RepairRequest)
    assert (repair.category, repair.remark) == (None, "维修类别：水电")


def test_the_department_of_an_office_is_the_post_of_the_list(taken: Any, session: Any) -> None:
    taken(
        Complaint,
        "投诉时间|投诉人|投诉内容|责任部门",
        "2019-03-02|王芳|漏水|工程部",
        "2019-03-03|李明|吵闹|安保部",
        "2019-03-04|张强|账单|客服部",
    )
    assert [each.post for each in all_of(session, Complaint)] == ["engineering", "security", "service"]


def test_a_house_that_is_shown_to_a_buyer_is_no_round_of_vacant_houses(taken: Any, session: Any) -> None:
    taken(KeyOnHook, "柜位|钥匙编号|房号|数量|入柜日期", "A1|K-1|3栋101|3|2019-01-01")
    borrowed = "借用时间|钥匙编号|数量|借用人|借用部门|借用原因"
    assert taken(KeyBorrow, borrowed, "2019-03-02 09:00|K-1|1|王芳|销售部|看房", "2019-03-03 09:00|K-1|1|李明|客服|空房巡视").refused == 0
    rows = all_of(session, KeyBorrow)
    assert [each.purpose for each in rows] == ["", "patrol"] and "看房" in rows[0].remark
