"""People: how they sign in, with what, and who lets them in."""
