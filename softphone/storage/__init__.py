"""The team's data in a database. The only importer of SQLAlchemy."""

from softphone.storage.address import DatabaseAddress
from softphone.storage.call_log import DatabaseCallLog
from softphone.storage.database import Database, upgrade
from softphone.storage.held_calls import DatabaseHeldCalls
from softphone.storage.presence import DatabasePresence
from softphone.storage.storage import Storage, StorageFiles
from softphone.storage.team_store import DatabaseTeamStore

__all__ = [
    "Database",
    "DatabaseAddress",
    "DatabaseCallLog",
    "DatabaseHeldCalls",
    "DatabasePresence",
    "DatabaseTeamStore",
    "Storage",
    "StorageFiles",
    "upgrade",
]
