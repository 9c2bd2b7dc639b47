"""Which registers each person opened last: kept with the account, so that they are the same at every desk."""

from __future__ import annotations

from sqlalchemy import update

from models.people import User
from services.database import apart, writing

MOST = 5


def kept(user: User) -> list[str]:
    """The keys of the registers that `user` opened last, the newest first."""
    return user.recent.split()


def remember(user: User, key: str) -> None:
    """Put the register `key` first among those that `user` opened last, in a short transaction of its own.

    Nothing is written while a person stays in one register.
    """
    before = kept(user)
    if before[:1] == [key]:
        return
    after = " ".join([key, *(each for each in before if each != key)][:MOST])
    with writing(), apart() as session:
        session.execute(update(User).where(User.id == user.id).values(recent=after))
        session.commit()
