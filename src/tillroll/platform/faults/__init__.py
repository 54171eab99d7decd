"""What is wrong with a value that was sent: where it stands, and what to send instead."""
