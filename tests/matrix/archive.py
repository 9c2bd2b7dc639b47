"""客户档案: the index of files, who looked into them, what was copied and handed over, and what was destroyed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from models.archive import ArchiveAccess, ArchiveCheck, ArchiveCopy, ArchiveCustodian
from tests.make import make
from tests.rule import SHANGHAI, Expected, Wanted, at

FILE = {"read": "ASPU", "create": "AS", "edit": "AS", "void": "SP", "print": "ASPU", "export": "SPU", "load": "", "names": "ASP"}
LISTS = {"read": "FASPU", "create": "AS", "edit": "AS", "void": "SP", "print": "ASPU", "export": "SPU", "load": "S", "names": "FASP"}

REGISTERS = {
    "archive_index": {**FILE, "load": "S", "unmask": "ASP", "file": "AS", "correct": "SP", "sign filer": "AS", "sign head": "SP"},
    "contact_list": {**LISTS, "unmask": "FASP", "end": "AS", "sign clerk": "AS"},
    "particulars": {**LISTS, "unmask": "FASP", "end": "AS", "sign clerk": "AS"},
    "owner_information": {
        **FILE,
        "load": "S",
        "unmask": "ASP",
        "check": "SP",
        "check_again": "ASP",
        "sign officer": "AS",
        "sign owner": "AS",
        "sign head": "SP",
    },
    "archive_access": {
        **FILE,
        "unmask": "ASP",
        "approve": "SP",
        "admit_official": "AS",
        "admit": "AS",
        "put_back": "AS",
        "refuse": "SP",
        "sign approver": "SP",
        "sign reader": "AS",
        "sign archivist": "AS",
    },
    "archive_copy": {
        **FILE,
        "unmask": "ASP",
        "approve": "SP",
        "copy": "AS",
        "put_back": "AS",
        "refuse": "SP",
        "sign approver": "SP",
        "sign copier": "AS",
        "sign receiver": "AS",
    },
    "archive_transfer": {
        "read": "FASPEGQU",
        "create": "FASPEGQ",
        "edit": "ASP",
        "void": "SP",
        "print": "ASPU",
        "export": "SPQU",
        "load": "",
        "names": "",
        "unmask": "",
        "receive": "AS",
        "sign giver": "FASPEGQ",
        "sign archivist": "AS",
        "sign overseer": "SP",
    },
    "archive_check": {
        "read": "ASPQU",
        "create": "AS",
        "edit": "AS",
        "void": "SP",
        "print": "ASPQU",
        "export": "SPQU",
        "load": "S",
        "names": "",
        "unmask": "",
        "review": "SP",
        "sign checker": "AS",
        "sign head": "SP",
    },
    "archive_custodian": {
        "read": "FASPEGQU",
        "create": "S",
        "edit": "S",
        "void": "SP",
        "print": "ASPQU",
        "export": "SPQU",
        "load": "",
        "names": "",
        "unmask": "",
        "end": "S",
        "sign supervisor": "S",
    },
    "destruction_list": {
        "read": "ASPQU",
        "create": "ASP",
        "edit": "ASP",
        "void": "SP",
        "print": "ASPQU",
        "export": "SPQU",
        "load": "",
        "names": "",
        "unmask": "",
        "approve": "P",
        "carry_out": "SP",
        "sign archivist": "AS",
        "sign approver": "P",
        "sign witness_one": "ASPQ",
        "sign witness_two": "ASPQ",
    },
}

SPEC = {
    "REG-37": {
        "档号": "reference",
        "客户/房号": "customer house",
        "材料类别(本人资料/家庭/房屋/装修与验收/收费单据/服务图片)": (
            "own_papers family_papers house_papers fit_out_papers receipts pictures"
        ),
        "入住手续日": "moved_in_on",
        "归档日(≤3工作日)": "filed_on",
        "归档人": "filer",
        "柜位": "cabinet",
        "页数": "pages",
    },
    "REG-38": {
        "姓名": "household.householder",
        "房号": "household.house",
        "电话": "household.phone",
        "紧急联系人": "emergency_contact relation emergency_phone",
        "备注": "remark",
    },
    "REG-39": {
        "姓名": "household.householder",
        "房号": "household.house",
        "家庭成员": "family relations",
        "入住日": "household.moved_in_on",
        "装修": "fit_out_from fit_out_to",
        "车辆": "vehicle parking",
        "特殊需求": "special_needs",
    },
    "REG-40": {
        "查阅人": "reader",
        "单位": "body",
        "证明": "proof",
        "事由": "purpose",
        "批准人": "approved_by",
        "时间": "asked_at came_in_at",
        "档号": "file.reference",
        "归位时间": "put_back_at",
    },
    "REG-41": {
        "档号": "consultation.file.reference",
        "份数": "copies",
        "用途": "purpose",
        "批准人": "approved_by",
        "复制人": "copied_by",
        "归位时间": "put_back_at",
    },
    "REG-42": {
        "移交部门": "department",
        "记录名称": "records",
        "起止日期": "records",
        "数量": "records",
        "移交人": "giver",
        "档案管理员签收": "signed by Archivist (received)",
    },
    "REG-43": {
        "防火/防虫/防霉/防鼠/防盗": "fire insects mould rodents theft",
        "柜内禁放物": "cabinets",
        "结果": "in_order action",
    },
    "REG-54": {
        "姓名": "household.householder",
        "联系方式": "household.phone mailing_address",
        "房屋": "household.house unit.area unit.layout",
        "车辆": "vehicles",
        "缴费": "fees",
        "投诉记录": "household",
        "准确性/完整性核对": "checks",
    },
}


def file_it(session: Session, access: ArchiveAccess) -> None:
    """The file that is asked for lies in its cabinet."""
    write(session, "archive_index", access.get("file"), state="filed", filed_on=date(2026, 3, 1).isoformat())
    session.refresh(access)
    session.expire(access.file)


def hand_in(session: Session, copy: ArchiveCopy) -> None:
    """The file to be copied is consulted in the archive room."""
    write(session, "archive_access", copy.get("consultation"), state="in_room")
    session.expire(copy.consultation)


def official(session: Session, access: ArchiveAccess) -> None:
    """An official asks for a file that lies in its cabinet, and shows proof."""
    write(session, "archive_access", access.id, consulter="official", proof="工作证 0157")
    file_it(session, access)


def in_charge(session: Session, _check: ArchiveCheck) -> None:
    """Somebody has charge of the archive."""
    make(session, ArchiveCustodian)


def write(session: Session, register: str, record: int, **values: Any) -> None:
    """Write columns of one row, past all rules."""
    session.flush()
    columns = ", ".join(f"{name} = :{name}" for name in values)
    session.connection().execute(text(f"UPDATE {register} SET {columns} WHERE id = :id"), values | {"id": record})


READY = {
    ("archive_check", "review"): in_charge,
    ("archive_access", "approve"): file_it,
    ("archive_access", "admit"): file_it,
    ("archive_access", "admit_official"): official,
    ("archive_copy", "copy"): hand_in,
}

TUESDAY = datetime(2026, 3, 17, 23, 59, 59, tzinfo=SHANGHAI)  # the third working day after the Thursday of the start

CLOCKS = {("archive_index", "filing"): Expected("RULE-126", at(TUESDAY), "filed_on")}

PLANS = {("archive_transfer", "yearly"): Wanted("RULE-136", "every year")}
