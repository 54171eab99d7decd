"""Sign-ins that were refused: how often, whose, from where."""
