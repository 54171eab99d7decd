"""What the company owes to people: expenses that they paid themselves, and the payouts that pay
these back."""
