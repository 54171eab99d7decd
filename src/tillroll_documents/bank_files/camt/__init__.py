"""Messages of ISO 20022 about an account: camt.052, camt.053 and camt.054."""
