"""How the command speaks with a server."""
