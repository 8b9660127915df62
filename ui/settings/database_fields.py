"""Where the team's data is: one option of the settings, and the several fields that make it up."""

from __future__ import annotations

from urllib.parse import quote

from PyQt6.QtCore import QObject
from PyQt6.QtWidgets import QLineEdit

from softphone.model.settings import DatabaseSettings
from softphone.policy.database_url import POSTGRESQL_PORT, SQLITE, TLS_MODES, DatabaseUrl, read_database_url
from ui.settings.options_page import OptionsPage
from ui.widgets.field_notes import NotedField
from ui.widgets.option_fields import OptionField, choice_field, secret_field, text_line_field, whole_number_field

TEAM = "postgresql"
AUTOMATIC = ""
HIGHEST_PORT = 65535


class DatabaseFields(QObject):
    """The rows of the section *Database* on *page*: kind, and for a team's host, port, name, login, password, TLS."""

    def __init__(self, page: OptionsPage, login: OptionField) -> None:
        super().__init__(page)
        self._page, self._put = page, SQLITE
        self._login = login
        self.kind = choice_field({SQLITE: self.tr("On this computer"), TEAM: self.tr("Team database (PostgreSQL)")})
        self.host, self.name, self.user = text_line_field(), text_line_field(), text_line_field()
        self.port = whole_number_field(1, HIGHEST_PORT)
        self.password = secret_field()
        self.tls = choice_field(self._tls_words())
        self.put(page.settings.database.url)  # before the page listens to the fields
        self._rows = self._add_rows()
        url = OptionField(self.kind.control, self.url, self.put, self.kind.changed)
        page.add_composed("database", "url", url, self._host_row)
        self.ca_file = page.add_option("database", "ca_file")
        self._rows.append(page.note_of("database", "ca_file"))
        self.kind.changed.connect(self.follow)
        self.follow()

    @property
    def choice(self) -> DatabaseSettings:
        """What is entered."""
        return DatabaseSettings(self.url(), str(self.ca_file.value()))

    def url(self) -> str:
        """The address in one line, as it was written when it means the same."""
        if self.kind.value() == SQLITE:
            return SQLITE
        made = self._composed()
        try:
            return self._put if read_database_url(made) == read_database_url(self._put) else made
        except ValueError:
            return made

    def put(self, url: str) -> None:
        """Show this address; one that cannot be read leaves the fields empty."""
        self._put = url
        try:
            server = read_database_url(url)
        except ValueError:
            server = None
        self.kind.put(TEAM if server or url != SQLITE else SQLITE)
        shown = server or DatabaseUrl("", "", POSTGRESQL_PORT, "softphone", "")
        self.host.put(shown.host)
        self.port.put(shown.port)
        self.name.put(shown.database)
        self.user.put(shown.user)
        self.tls.put(shown.tls if server and server.tls != _automatic(server) else AUTOMATIC)

    def follow(self) -> None:
        """A file has no host; and what is empty says what stands for it."""
        for row in self._rows:
            self._page.form.setRowVisible(row, self.kind.value() == TEAM)
        if isinstance(self.user.control, QLineEdit):
            self.user.control.setPlaceholderText(str(self._login.value()))

    def show_kept_password(self, kept: bool) -> None:
        """The field says that there is a password, never which."""
        if isinstance(self.password.control, QLineEdit):
            self.password.control.setPlaceholderText(self.tr("unchanged") if kept else "")

    def set_read_only(self) -> None:
        """To be looked at only."""
        for row in (self._kind_row, *self._rows):
            row.control.setEnabled(False)

    def _add_rows(self) -> list[NotedField]:
        add = self._page.add_row
        self._kind_row = add(self.tr("Data"), self.kind)
        self._host_row = add(self.tr("Host"), self.host)
        return [
            self._host_row,
            add(self.tr("Port of the database"), self.port),
            add(self.tr("Name of the database"), self.name),
            add(self.tr("User name there"), self.user),
            add(self.tr("Password"), self.password),
            add(self.tr("Encryption (TLS)"), self.tls),
        ]

    def _tls_words(self) -> dict[str, str]:
        words = (
            self.tr("None"),
            self.tr("Encrypted, server not checked"),
            self.tr("Authority checked"),
            self.tr("Authority and name checked"),
        )
        automatic = self.tr("Automatic: everything checked, except on this computer")
        return {AUTOMATIC: automatic, **dict(zip(TLS_MODES, words, strict=True))}

    def _composed(self) -> str:
        """The host may be the directory of a socket; it has no place before the path then."""
        host, name, user = str(self.host.value()), str(self.name.value()), str(self.user.value())
        query = [f"sslmode={self.tls.value()}"] if self.tls.value() else []
        before = f"{quote(user, safe='')}@" if user else ""
        if host.startswith("/"):
            query.append(f"host={quote(host, safe='')}")
            host = ""
        elif ":" in host:
            host = f"[{host}]"
        address = f"postgresql://{before}{host}:{self.port.value()}/{quote(name, safe='')}"
        return address + ("?" + "&".join(query) if query else "")


def _automatic(server: DatabaseUrl) -> str:
    """What TLS would be if nobody said anything."""
    plain = read_database_url(f"postgresql:///d?host={quote(server.host, safe='')}")
    return plain.tls if plain else ""
