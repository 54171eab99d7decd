"""What people and programs do with exports: each a function that HTTP only translates."""
