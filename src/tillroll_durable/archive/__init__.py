"""What ended runs left outside of the database: written, read, checked and brought back."""
