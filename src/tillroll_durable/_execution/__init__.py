"""Inside a run: its body's verbs, each one guarded batch, and how it ends."""
