"""The team's call log, and the file that keeps its entries safe until the database has them."""
