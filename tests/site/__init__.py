"""The documentation site, followed and opened without a server: `make site`."""
