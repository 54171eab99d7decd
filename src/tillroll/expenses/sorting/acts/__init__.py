"""Acts: one decision of a person that changes many expenses, some at a time, and is undone as a whole."""
