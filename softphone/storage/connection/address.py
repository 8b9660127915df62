"""Which database: the file of one machine, or the PostgreSQL of a team; and what a connection to it needs."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import certifi

from softphone.errors import UserFacingError, file_problem
from softphone.model.settings import Settings
from softphone.policy.database_url import DatabaseUrl, read_database_url


@dataclass(frozen=True, slots=True)
class DatabaseAddress:
    """A SQLite *file*, or the *server* of a team. The password is never shown."""

    file: Path | None = None
    server: DatabaseUrl | None = None
    ca_file: str = ""
    password: str = field(default="", repr=False)

    @property
    def user(self) -> str:
        """The login at the server; empty for a file."""
        return self.server.user if self.server else ""

    @classmethod
    def parse(cls, url: str, sqlite_file: Path, default_user: str = "", *, ca_file: str = "") -> DatabaseAddress:
        """Read ``database.url``; *default_user* logs in where it names nobody. Raises UserFacingError."""
        try:
            server = read_database_url(url, default_user)
        except ValueError as error:
            raise UserFacingError(f"The address of the database {error}.") from error
        if server is None:
            return cls(file=sqlite_file)
        return cls(server=server, ca_file=ca_file)

    @classmethod
    def of(cls, settings: Settings, sqlite_file: Path, password: Callable[[str], str]) -> DatabaseAddress:
        """The database of these settings; *password* gives the one of an account. Raises UserFacingError."""
        choice = settings.database
        address = cls.parse(choice.url, sqlite_file, settings.agent.login, ca_file=choice.ca_file)
        return address.with_password(password(address.account)) if address.shared else address

    def with_password(self, password: str) -> DatabaseAddress:
        """The same with the password of the login."""
        return replace(self, password=password)

    @property
    def shared(self) -> bool:
        """Whether it is a team's server."""
        return self.server is not None

    @property
    def account(self) -> str:
        """What the keyring keeps the password under; empty for a file."""
        return self.server.password_name if self.server else ""

    @property
    def for_people(self) -> str:
        """What it is called in messages."""
        return self.server.for_people if self.server else str(self.file)

    def tls_context(self) -> ssl.SSLContext | None:
        """How the server has to prove who it is; None for no TLS. Reads files. Raises UserFacingError."""
        mode = self.server.tls if self.server else "disable"
        if mode == "disable":
            return None
        if mode == "require":
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            return context
        context = self._trusting_context()
        context.check_hostname = mode == "verify-full"
        return context

    def _trusting_context(self) -> ssl.SSLContext:
        try:
            context = ssl.create_default_context(cafile=self.ca_file or None)
            if not self.ca_file and not context.cert_store_stats()["x509_ca"]:
                context.load_verify_locations(certifi.where())  # a system without authorities of its own
        except (OSError, ssl.SSLError) as error:
            reason = "it holds no certificates" if isinstance(error, ssl.SSLError) else file_problem(error)
            raise UserFacingError(f"The trusted authorities in {self.ca_file} cannot be read: {reason}.") from error
        return context
