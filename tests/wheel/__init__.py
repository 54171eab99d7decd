"""A project of the built wheel, in an empty folder, with nothing of this repository."""
