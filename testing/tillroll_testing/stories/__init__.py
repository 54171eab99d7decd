"""Stories, what can come between in them, and how one is played."""
