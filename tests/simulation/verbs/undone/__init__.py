"""An outing and what it began, for the genuine engine: undone with it, but for a ride."""
