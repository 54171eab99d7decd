"""A month of receipts on the page: whose it is, what is done in it, and by which hands."""
