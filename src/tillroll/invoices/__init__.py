"""The domain of invoices: e-invoices in XML, and rules that read printed ones. Pure values; no input or output."""
