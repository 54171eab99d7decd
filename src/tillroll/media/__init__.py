"""What a file is, by its leading bytes: nothing is decoded. No I/O."""
