"""What is kept of an account or of one person, in files that they fetch."""
