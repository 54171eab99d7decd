"""Two builds of a release are the same, and what they have can be used without this repository."""
