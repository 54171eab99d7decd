"""One thing done with many runs, each once, whatever dies."""
