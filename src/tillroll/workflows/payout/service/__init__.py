"""What is done with payouts from outside: payees, limits, asking for one, and what the provider says."""
