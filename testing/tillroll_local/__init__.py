"""What runs a project on one machine: the genuine wrangler, offline, and what it lacks."""
