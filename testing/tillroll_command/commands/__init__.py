"""What the commands of an author take and print."""
