"""What happens before a route: who is asking, how much they may send, and the log line."""
