"""What a person changes of an expense."""
