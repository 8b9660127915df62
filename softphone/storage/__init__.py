"""The team's data in a database. The only importer of SQLAlchemy."""
