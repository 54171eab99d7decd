"""Claims for money back: where one stands with what was paid, and when it is asked for. Pure, no I/O."""
