"""What the core alone needs of what a run says of itself: its children, and queries."""
