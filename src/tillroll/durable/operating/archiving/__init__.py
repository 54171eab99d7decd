"""What runs that ended long ago left, moved into the object store and back."""
