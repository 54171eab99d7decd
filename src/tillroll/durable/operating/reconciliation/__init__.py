"""Each minute: what was promised and did not happen is done, set aside, or shown to a person."""
