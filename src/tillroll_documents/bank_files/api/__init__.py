"""What was fetched from a bank's API, as files and records."""
