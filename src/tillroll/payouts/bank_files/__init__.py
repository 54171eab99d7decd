"""Files for the bank: what is in them, making them, and what the bank says of each."""
