"""What a language model says of a receipt, and when it counts."""
