"""What may be asked of the runtime, one small protocol each."""
