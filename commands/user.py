"""`flask user`: accounts, for whoever keeps the machine."""

from __future__ import annotations

import sys

import click
from flask.cli import AppGroup
from sqlalchemy import select

from commands.console import acting_at, at_console, say, site_of, stop_unless
from models.core.access import ROLES
from models.core.message import _
from models.people import User
from services import accounts
from services.database import db

user = AppGroup("user", help="Accounts: add one, set a password, close a leaver's.")

stdin_option = click.option(
    "--password-stdin", is_flag=True, help="Read the password from standard input; else one is made, to be used once."
)


def read_password(from_stdin: bool) -> tuple[str, bool]:
    """The password, and whether it is to be used once only."""
    if not from_stdin:
        return accounts.one_time_password(), True
    return sys.stdin.readline().rstrip("\r\n"), False


def found(name: str) -> User:
    """The account called `name`; stops when there is none."""
    account = db.session.execute(select(User).where(User.username == name)).scalar_one_or_none()
    stop_unless(account, _("There is no account “{name}”.", name=name))
    assert account is not None
    return account


def tell_once(username: str, password: str) -> None:
    """Say a one-time password: the only time that it is seen."""
    say(_("One-time password of {name}; it is shown only now and must be changed at the first sign-in:", name=username))
    click.echo(password)


@user.command("add")
@click.argument("name")
@click.option("--role", required=True, type=click.Choice(list(ROLES)), help="What the person may do.")
@click.option("--site", "sites", multiple=True, metavar="CODE", help="A site given to the person; may be repeated.")
@click.option("--name", "full_name", metavar="TEXT", help="The person's name as it stands in the records.")
@stdin_option
@at_console
def add(name: str, role: str, sites: tuple[str, ...], full_name: str | None, password_stdin: bool) -> None:
    """Open an account called NAME."""
    given = [site_of(code) for code in dict.fromkeys(sites)]
    password, once = read_password(password_stdin)
    with acting_at(given, writes=True):
        accounts.add_user(db.session(), name, full_name or name, role, given, password, once=once)
        db.session.commit()
    say(_("Account {name} is open.", name=name))
    if once:
        tell_once(name, password)


@user.command("password")
@click.argument("name")
@stdin_option
@at_console
def password(name: str, password_stdin: bool) -> None:
    """Set the password of NAME, and end the sessions of the account."""
    account = found(name)
    new, once = read_password(password_stdin)
    db.session.rollback()
    with acting_at((), writes=True):
        accounts.change_password(db.session(), found(account.username), new, once=once)
        db.session.commit()
    say(_("The password of {name} is set; all its sessions have ended.", name=name))
    if once:
        tell_once(name, new)


@user.command("disable")
@click.argument("name")
@at_console
def disable(name: str) -> None:
    """Close the account of a leaver; the name stays in the records."""
    with acting_at((), writes=True):
        account = found(name)
        stop_unless(account.is_active, _("The account {name} is closed already.", name=name))
        accounts.disable(db.session(), account)
        db.session.commit()
    say(_("Account {name} is closed; its sessions have ended.", name=name))
