"""What this deployment's accounts pay for it: plans, and the provider that invoices them, as a protocol."""
