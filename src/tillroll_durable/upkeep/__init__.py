"""Jobs that put right what did not happen, and find objects that nothing refers to."""
