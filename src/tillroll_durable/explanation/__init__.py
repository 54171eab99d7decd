"""What a run says of itself: what happened, what was tried, and what is safe next."""
