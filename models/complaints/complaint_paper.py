"""How the papers of a complaint look: the register of what came in, and what offices call its columns."""

from models.core.message import _
from models.core.sheet import Sheet

INTAKE = Sheet(
    "number received_at complainant house phone content post cause measures passed_to_office result "
    "reply_mode answered_at answered_by opinion remark",
    signed_by=(_("Person in charge of the department"), _("Quality head")),
    groups={"number": (_("Complaint"), 11), "reply_mode": (_("Follow-up visit"), 4)},
    notes=(
        _("A minor complaint is followed up by the property officer, an important one by the supervisor, a major one by the manager."),
        _("What the department can hardly settle is passed to the office (S2 篇五 2.1.2)."),
    ),
)
HEADINGS = {  # what offices call these columns in Excel
    "outside_number": "留言编号 工单号 外部编号 来文编号 工单编号 投诉编号 受理编号",
    "channel": "渠道 投诉方式 方式 投诉途径 投诉渠道 受理方式 来源 来电/来访",
    "received_at": "受理时间 留言时间 投诉时间 日期 接诉日期 接诉时间 反映时间",
    "first_responder": "首问责任人 受理人",
    "house": "房号 住址 地址 楼栋房号 投诉户号",
    "complainant": "投诉人 留言用户 姓名 业主 投诉业主 投诉客户 客户名称 反映人",
    "phone": "电话 联系电话 手机",
    "subject": "事由 留言主题 主题",
    "place": "事件地点 地点",
    "content": "投诉内容 留言详情 内容 投诉事项 反映问题 反映内容 反映情况 诉求内容 详细内容 问题描述",
    "validity": "类别 投诉性质 有效性",
    "severity": "程度 严重等级 投诉等级",
    "post": "责任岗位 责任部门",
    "reported_at": "上报主管时间",
    "agreed_reply_at": "约定回复时间 约定时间",
    "cause": "调查情况与原因 原因 原因分析 投诉原因 调查情况",
    "loss": "损失金额 损失",
    "measures": "处理措施 整改措施 采取措施 处理过程 处理经过",
    "result": "处理结果 答复意见 调查与处理结果 答复内容 办理结果 处理情况",
    "handler": "处理人 处理人员 经办人 承办人 责任人 负责人",
    "handled_at": "处理完成时间 完成时间 完成日期",
    "reply_mode": "答复方式",
    "answered_at": "答复时间 回复时间",
    "opinion": "业户意见 业主意见",
    "satisfied": "满意否 是否满意 业主是否满意 客户是否满意",
    "closed_at": "办结时间 结案时间 关单时间",
    "remark": "备注",
}
