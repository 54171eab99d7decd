"""What amounts are for: total, taxes, adjustments, goods, payment."""
