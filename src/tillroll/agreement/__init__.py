"""Agreement: compares what several views say of the same open month, each night."""
