"""What operators do, as commands."""
