"""The how-to pages, played."""
