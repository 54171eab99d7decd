"""What owners set up: the address, and who may send to it."""
