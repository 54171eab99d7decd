"""What the amounts of a receipt are: their roles, their currencies, their sums, and the total."""
