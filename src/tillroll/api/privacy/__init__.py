"""What people ask for about what is kept of them."""
