"""The workflow that sends one mail."""
