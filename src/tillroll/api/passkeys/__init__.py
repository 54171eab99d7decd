"""Passkeys: registered, listed, named, removed, and signed in with."""
