"""Where an instance keeps its things, and the few settings that come from the environment."""

from __future__ import annotations

import os
import secrets
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings

PROJECT = Path(__file__).resolve().parents[1]


class Settings(BaseSettings):
    """`TAIZHANG_INSTANCE` names the folder of database, keys and files; `DATABASE_URL` the database.

    `HOST`, `PORT` and `WORKERS` are those of the server; `TAIZHANG_TLS=1` says that it stands behind TLS, `TAIZHANG_URL`
    under which address people reach it. `TAIZHANG_JOBS` names the queue of the worker, and `TAIZHANG_WORKER=0` says that
    the server starts none. `TAIZHANG_SMTP_…` are those of the mail server, and `TAIZHANG_ROBOTS` the hosts whose robots
    may be spoken to. `TAIZHANG_SEAL_…` say with which key papers are sealed, `TAIZHANG_TSA` who gives them a trusted time;
    `TAIZHANG_CHECKPOINTS` names the folder of the checkpoints of the trail.
    """

    instance: Path = Field(default=PROJECT / "instance", validation_alias="TAIZHANG_INSTANCE")
    database_url: str = Field(default="", validation_alias="DATABASE_URL")
    host: str = Field(default="127.0.0.1", validation_alias="HOST")
    port: int = Field(default=8000, validation_alias="PORT")
    workers: int = Field(default=2, validation_alias="WORKERS")
    tls: bool = Field(default=False, validation_alias="TAIZHANG_TLS")
    url: str = Field(default="", validation_alias="TAIZHANG_URL")
    jobs: SecretStr = Field(default=SecretStr(""), validation_alias="TAIZHANG_JOBS")  # an address with a password in it
    worker: bool = Field(default=True, validation_alias="TAIZHANG_WORKER")
    smtp_host: str = Field(default="", validation_alias="TAIZHANG_SMTP_HOST")
    smtp_port: int = Field(default=587, validation_alias="TAIZHANG_SMTP_PORT")
    smtp_tls: Literal["starttls", "tls", "none"] = Field(default="starttls", validation_alias="TAIZHANG_SMTP_TLS")
    smtp_user: str = Field(default="", validation_alias="TAIZHANG_SMTP_USER")
    smtp_password: SecretStr = Field(default=SecretStr(""), validation_alias="TAIZHANG_SMTP_PASSWORD")
    smtp_from: str = Field(default="", validation_alias="TAIZHANG_SMTP_FROM")
    robots: str = Field(default="qyapi.weixin.qq.com oapi.dingtalk.com", validation_alias="TAIZHANG_ROBOTS")
    seal_name: str = Field(default="", validation_alias="TAIZHANG_SEAL_NAME")
    seal_passphrase: SecretStr = Field(default=SecretStr(""), validation_alias="TAIZHANG_SEAL_PASSPHRASE")
    seal_passphrase_file: Path | None = Field(default=None, validation_alias="TAIZHANG_SEAL_PASSPHRASE_FILE")
    seal_pkcs12: Path | None = Field(default=None, validation_alias="TAIZHANG_SEAL_PKCS12")
    seal_pkcs11_module: Path | None = Field(default=None, validation_alias="TAIZHANG_SEAL_PKCS11_MODULE")
    seal_pkcs11_token: str = Field(default="", validation_alias="TAIZHANG_SEAL_PKCS11_TOKEN")
    seal_pkcs11_label: str = Field(default="", validation_alias="TAIZHANG_SEAL_PKCS11_LABEL")
    seal_pkcs11_pin: SecretStr = Field(default=SecretStr(""), validation_alias="TAIZHANG_SEAL_PKCS11_PIN")
    checkpoint_disk: Path | None = Field(default=None, validation_alias="TAIZHANG_CHECKPOINTS")
    tsa: SecretStr = Field(default=SecretStr(""), validation_alias="TAIZHANG_TSA")  # an address that may have a password in it
    tsa_certificates: Path | None = Field(default=None, validation_alias="TAIZHANG_TSA_CERTIFICATES")

    @property
    def folder(self) -> Path:
        """The instance folder, made when it is not there; nobody else on the machine may look into it."""
        self.instance.mkdir(parents=True, exist_ok=True, mode=0o700)
        return self.instance.resolve()

    @property
    def database(self) -> str:
        """The address of the database: SQLite in the instance folder unless another is named."""
        if not self.database_url:
            return f"sqlite:///{self.folder / 'taizhang.db'}"
        for short in ("postgresql://", "postgres://"):
            if self.database_url.startswith(short):
                return "postgresql+psycopg://" + self.database_url.removeprefix(short)
        return self.database_url

    @property
    def queue(self) -> str:
        """The address of the queue of the worker: an SQLite file of its own in the instance folder unless another is named."""
        return self.jobs.get_secret_value() or f"sqlite:///{self.folder / 'jobs.db'}"

    @property
    def files(self) -> Path:
        """Where the content of attachments lies; whoever keeps a copy of the database keeps one of this too."""
        return self.folder / "files"

    @property
    def keys(self) -> Path:
        """Where the keys of the seal lie, and every certificate it ever had."""
        return self.folder / "keys"

    @property
    def checkpoints(self) -> Path:
        """Where the checkpoints of the trail lie; on another disk than the database they are worth more."""
        return self.checkpoint_disk or self.folder / "checkpoints"

    @cached_property
    def secret_key(self) -> bytes:
        """The key that signs cookies: made at the first start, readable by the owner alone."""
        path = self.folder / "secret.key"
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_bytes()
        with os.fdopen(handle, "wb") as file:
            key = secrets.token_bytes(32)
            file.write(key)
        return key
