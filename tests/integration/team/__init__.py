"""Three softphones, one PostgreSQL, one Kamailio, and customers whose phones nobody here wrote."""
