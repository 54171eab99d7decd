"""What people and programs do with receipts and expenses: each a function that HTTP only translates."""
