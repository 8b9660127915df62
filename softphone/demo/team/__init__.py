"""The team's demo: PostgreSQL, Kamailio, three softphones and their customers on the loopback address."""
