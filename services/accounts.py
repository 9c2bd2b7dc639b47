"""Accounts: passwords, sign-in, lock-out. Failed sign-ins are counted in the database, for all workers at once."""

from __future__ import annotations

import secrets
import unicodedata
from datetime import date, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.core.access import ROLES
from models.core.message import Message, _
from models.core.places import Site
from models.core.session import note, now
from models.core.validity import Invalid
from models.people import User

HASHER = PasswordHasher()
SHORTEST = 8
ALLOWED_FAILURES = 5
LOCKED_FOR = timedelta(minutes=15)
COMMON = frozenset({
    "password", "passw0rd", "password1", "password123", "12345678", "123456789", "1234567890", "87654321", "qwertyui", "qwerty123",
    "iloveyou", "88888888", "66666666", "11111111", "abcd1234", "admin123", "taizhang",
})  # fmt: skip
LONGEST = {"post": 40, "extension": 20}
OFFICE_ZONE = "Asia/Shanghai"  # of an account without a site
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that are taken for one another on paper


@cache
def _stand_in() -> str:
    """A hash that nothing matches, so that an unknown name takes as long as a known one."""
    return HASHER.hash(secrets.token_hex(16))


def hash_password(password: str) -> str:
    """The argon2 hash that is stored."""
    return HASHER.hash(unicodedata.normalize("NFC", password))


def one_time_password() -> str:
    """A password to be used once and then changed, easy to read aloud: four groups of four."""
    return "-".join("".join(secrets.choice(LETTERS) for _each in range(4)) for _group in range(4))


def password_problem(password: str, username: str) -> Message | None:
    """What stands against a new password; `None` when nothing does.

    Length counts, and no mixture of signs is asked for (NIST SP 800-63B 5.1.1.2).
    """
    if len(password) < SHORTEST:
        return _("At least {n} characters.", n=SHORTEST)
    if len(password) > 200:
        return _("At most {n} characters.", n=200)
    if password.lower() == username.lower():
        return _("The password must not be the user name.")
    if password.lower() in COMMON:
        return _("This password is among the first that are tried. Choose another.")
    if len(set(password)) < 4:
        return _("Use at least four different characters.")
    return None


def _matches(user: User | None, password: str) -> bool:
    try:
        return HASHER.verify(user.password_hash if user else _stand_in(), unicodedata.normalize("NFC", password[:200])) and user is not None
    except (VerifyMismatchError, InvalidHashError):
        return False


def sign_in(session: Session, username: str, password: str) -> User | Message:
    """The user, or the sentence that says why not. Commits what it counted, and tells it in the trail.

    After five failures an account is locked for fifteen minutes; who asks meanwhile is told
    the same as for a wrong password, so that names cannot be tried out.
    """
    wrong = _("User name or password is wrong, or the account is locked for a while. Check both, or ask the administrator.")
    user = session.execute(select(User).where(User.username == username.strip()[:40])).scalar_one_or_none()
    moment = now()
    right = _matches(user, password)
    if user is None:
        note(session, "sign_in_failed", actor="stranger", details={"username": username.strip()[:40]})
        session.commit()
        return wrong
    locked = user.locked_until is not None and user.locked_until > moment
    if right and not locked and user.is_active:
        user.failures, user.locked_until = 0, None
        note(session, "sign_in", actor=user.username, actor_name=user.name)
        session.commit()
        return user
    if not locked:
        user.failures += 1
        if user.failures >= ALLOWED_FAILURES:
            user.failures, user.locked_until = 0, moment + LOCKED_FOR
            note(session, "locked_out", actor=user.username, actor_name=user.name)
    note(session, "sign_in_failed", actor=user.username, actor_name=user.name)
    session.commit()
    return wrong


def confirm(session: Session, user: User, password: str) -> Message | None:
    """Ask the password of an account once more, before it signs, and say why not.

    A failure is counted, told in the trail and committed; the fifth locks the account and ends all its sessions.
    """
    if _matches(user, password):
        return None
    user.failures += 1
    note(session, "confirmation_failed", actor=user.username, actor_name=user.name)
    if user.failures >= ALLOWED_FAILURES:
        user.failures, user.locked_until = 0, now() + LOCKED_FOR
        user.epoch += 1
        note(session, "locked_out", actor=user.username, actor_name=user.name)
    session.commit()
    return _("The password is wrong. After five wrong ones the account is closed for fifteen minutes.")


def add_user(
    session: Session,
    username: str,
    name: str,
    role: str,
    sites: list[Site],
    password: str,
    *,
    once: bool,
    post: str = "",
    extension: str = "",
) -> User:
    """A new account. `once` says that the password must be changed at the first sign-in.

    Raises `Invalid` for a taken name, an unknown role, a weak password or a post that is too long.
    """
    problems = _too_long(post=post, extension=extension)
    username = username.strip()
    if not 2 <= len(username) <= 40 or not username.replace("_", "").replace("-", "").replace(".", "").isalnum():
        problems["username"] = _("Two to forty letters, digits, dots or hyphens.")
    elif session.execute(select(User.id).where(User.username == username)).first():
        problems["username"] = _("This user name is taken.")
    if role not in ROLES:
        problems["role"] = _("Choose one of the list.")
    if not name.strip():
        problems["name"] = _("Please fill this in.")
    if weak := password_problem(password, username):
        problems["password"] = weak
    if problems:
        raise Invalid(problems)
    user = User(username=username, name=name.strip(), role=role, password_hash=hash_password(password), must_change_password=once)
    user.sites, user.post, user.extension = sites, post.strip(), extension.strip()
    session.add(user)
    note(session, "account_created", details={"username": username, **_told(user)})
    return user


def change_password(session: Session, user: User, password: str, *, once: bool = False) -> None:
    """Set a password and end all sessions of the account. Raises `Invalid` for a weak one."""
    if weak := password_problem(password, user.username):
        raise Invalid({"password": weak})
    user.password_hash = hash_password(password)
    user.must_change_password = once
    user.epoch += 1
    user.failures, user.locked_until = 0, None
    note(session, "password_reset" if once else "password_changed", details={"username": user.username})


def disable(session: Session, user: User) -> None:
    """Close the account of a leaver, today the last day, and end its sessions; the name stays in the records."""
    user.disabled_at = now()
    user.left_on = user.disabled_at.astimezone(ZoneInfo(user.sites[0].timezone if user.sites else OFFICE_ZONE)).date()
    user.epoch += 1
    note(session, "account_disabled", details={"username": user.username, "left_on": user.left_on})


def enable(session: Session, user: User) -> None:
    """Open a disabled account again."""
    user.disabled_at = user.left_on = None
    note(session, "account_enabled", details={"username": user.username})


def confirms(user: User, password: str) -> bool:
    """Whether `password` is that of the account."""
    return _matches(user, password)


def change_user(
    session: Session, user: User, name: str, role: str, sites: list[Site], *, post: str, extension: str, left_on: date | None
) -> None:
    """Change what is told of an account: its last day only once it is closed. Raises `Invalid` with what is wrong."""
    problems = _too_long(post=post, extension=extension)
    if not name.strip():
        problems["name"] = _("Please fill this in.")
    if role not in ROLES:
        problems["role"] = _("Choose one of the list.")
    if problems:
        raise Invalid(problems)
    before = _told(user)
    user.name, user.role, user.sites, user.post, user.extension = name.strip(), role, sites, post.strip(), extension.strip()
    user.left_on = left_on if user.disabled_at is not None else None
    note(session, "account_changed", details={"username": user.username, "before": before, **_told(user)})


def _told(user: User) -> dict[str, Any]:
    """What the trail tells of an account."""
    return {
        "name": user.name,
        "role": user.role,
        "post": user.post,
        "extension": user.extension,
        "left_on": user.left_on,
        "sites": [site.code for site in user.sites],
    }


def _too_long(**typed: str) -> dict[str, Message]:
    return {key: _("At most {n} characters.", n=LONGEST[key]) for key, value in typed.items() if len(value.strip()) > LONGEST[key]}
