"""Links by which somebody without a session sees one thing of an account."""
