"""Whether the audit is what was sealed, in D1 and offline."""
