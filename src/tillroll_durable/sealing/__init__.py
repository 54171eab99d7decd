"""The sealed audit: made, copied, verified and archived."""
