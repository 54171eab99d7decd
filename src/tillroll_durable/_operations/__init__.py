"""What acts on runs from outside and is needed by the core alone: runs without an instance."""
