"""Numbers that name something: the receipt, the tax payer."""
