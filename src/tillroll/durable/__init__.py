"""Recovery contracts: what makes a failed run answer what happened and what is safe to do next. Knows no receipts."""
