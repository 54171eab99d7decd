"""An account's settings: its currency, its names, its budget for models."""
