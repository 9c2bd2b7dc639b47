"""Where the office is: the company and its sites. Not registers; the administrator keeps them."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.core.base import Base


class Company(Base):
    """The property-service company whose centres keep the books."""

    __tablename__ = "company"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str] = mapped_column(String(120), default="")


class Site(Base):
    """One property-service centre: its books, numbers and clocks are its own.

    `code` stands in every number; `timezone` is an IANA name.
    """

    __tablename__ = "site"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    company_id: Mapped[int] = mapped_column(ForeignKey("company.id"))
    code: Mapped[str] = mapped_column(String(12), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str] = mapped_column(String(120), default="")
    timezone: Mapped[str] = mapped_column(String(40), default="Asia/Shanghai")
    company: Mapped[Company] = relationship(lazy="joined")

    def named(self, language: str) -> str:
        """Its name for a reader of `zh` or `en`."""
        return self.name_en if language == "en" and self.name_en else self.name
