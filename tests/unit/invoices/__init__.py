"""The domain of invoices."""
