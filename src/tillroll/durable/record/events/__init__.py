"""What an event is made of: which endpoints want it, its body, and the events of every run."""
