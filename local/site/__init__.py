"""The documentation as a site that works without a server: `make site`."""
