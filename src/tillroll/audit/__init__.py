"""The sealed audit: made, copied, verified, archived and searched."""
