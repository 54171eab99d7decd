"""What steps do with answers of HTTP: follow their pages, and store what is too large."""
