"""What offices write for a word of a closed list, by its label; the preview shows both."""

from __future__ import annotations

from models.core.fields import Field
from services.exchange.reading import Words, words

SAID = {
    "电话": "来电 致电 电话联系 打电话",
    "来访": "上门 到访 当面 现场 前台 来人 亲访",
    "上门拜访": "上门 登门 入户 上门回访",
    "前台当面": "当面 前台 面谈 现场",
    "前台直接报修": "前台 来访 当面 上门 现场",
    "网络": "微信 微信群 公众号 小程序 网上 线上 业主群 APP QQ QQ群",
    "服务热线": "热线 400热线",
    "信函": "来信 书信 信件",
    "电子邮件": "邮件 邮箱",
    "面谈": "当面 现场",
    "上门派送": "上门",
    "严重": "重大",
    "一般": "普通",
    "一般维修": "一般 普通 普通维修",
    "漏水": "渗漏 渗水",
    "安全设施": "安全",
    "客户服务": "客服 客服部 客服中心 客户服务部",
    "工程": "工程部 维修部 工程维修部",
    "秩序维护": "秩序 秩序部 秩序维护部 安保 安保部 保安 保安部 安管部 护卫部",
    "保洁绿化": "保洁 绿化 保洁部 环境部 绿化部",
    "财务": "财务部 收费处",
    "开发商": "地产 地产公司 开发公司",
    "业主": "自住 业主自住 产权人",
    "租户": "出租 租客 租赁 租住 承租人",
    "户主": "本人 业主",
    "配偶": "妻子 丈夫 夫妻 爱人",
    "子女": "儿子 女儿 孩子",
    "父母": "父亲 母亲",
    "住宅": "居住 住房",
    "商铺": "商业 门面 店铺",
    "空置房巡视": "巡视 巡查 空房巡视 空置房巡查",
    "维修": "报修 检修",
    "纸质": "纸",
    "完好": "良好 正常",
}


def words_of(field: Field) -> Words:
    """The words of a closed list with what offices write for them; a word of the list itself is never taken for another one."""
    labels = {choice.label.say("zh"): choice.value for choice in field.choices or ()}
    synonyms: dict[str, str] = {}
    for label, code in labels.items():
        for each in SAID.get(label, "").split():
            if each not in labels:
                synonyms.setdefault(each, code)
    return words(((choice.value, choice.label) for choice in field.choices or ()), synonyms)
