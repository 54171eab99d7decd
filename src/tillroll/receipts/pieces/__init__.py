"""Pictures of several receipts, receipts on several pictures: split, joined, and put back."""
