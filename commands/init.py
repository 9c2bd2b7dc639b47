"""`flask init`: open a real office."""

from __future__ import annotations

import click

from commands.console import acting_at, at_console, say
from commands.user import tell_once
from models.core.message import _
from services.database import db
from services.offices import open_office


@click.command("init")
@click.option("--company", prompt="公司名称 Company", help="The name of the company.")
@click.option(
    "--site",
    "code",
    prompt="首个服务中心代码 Code of the first site, such as JX",
    help="The code of the first site; it stands in every number.",
)
@click.option("--site-name", prompt="服务中心名称 Name of the first site", help="The name of the first site.")
@click.option("--site-name-en", default="", help="Its English name.")
@click.option(
    "--admin", prompt="管理员用户名 User name of the first administrator", default="admin", help="User name of the first administrator."
)
@click.option("--admin-name", prompt="管理员姓名 Name of the administrator", default="管理员", help="The administrator's name.")
@at_console
def init(company: str, code: str, site_name: str, site_name_en: str, admin: str, admin_name: str) -> None:
    """Open an office: the company, its first site and its first administrator."""
    with acting_at((), writes=True):
        password = open_office(db.session(), company, code, site_name, site_name_en, admin, admin_name)
        db.session.commit()
    say(_("The office is open: {company}, site {code}.", company=company, code=code))
    tell_once(admin, password)
