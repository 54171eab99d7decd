"""What ended runs left, where it lies outside of the database, and how it is packed."""
