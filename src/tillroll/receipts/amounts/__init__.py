"""How amounts are printed and labelled, in which currency."""
