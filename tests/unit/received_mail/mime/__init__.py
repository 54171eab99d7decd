"""What is read from mail."""
