"""What an author's project would have in its package."""
