"""The team's data in a database. The only importer of SQLAlchemy."""

from softphone.storage.call_log.call_log import DatabaseCallLog
from softphone.storage.connection.address import DatabaseAddress
from softphone.storage.connection.database import Database
from softphone.storage.held_calls.held_calls import DatabaseHeldCalls
from softphone.storage.migrations.upgrade import open_database, upgrade
from softphone.storage.presence import DatabasePresence
from softphone.storage.storage import Storage, StorageFiles
from softphone.storage.team.team_store import DatabaseTeamStore

__all__ = [
    "Database",
    "DatabaseAddress",
    "DatabaseCallLog",
    "DatabaseHeldCalls",
    "DatabasePresence",
    "DatabaseTeamStore",
    "Storage",
    "StorageFiles",
    "open_database",
    "upgrade",
]
