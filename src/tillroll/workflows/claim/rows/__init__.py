"""The rows of claims: the claim, the expenses in it, and what happened to it."""
