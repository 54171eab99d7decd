"""The values of an expense that people change, and what they have to fulfil. Pure, no I/O."""
