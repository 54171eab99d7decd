"""The local counterpart of the payment provider."""
