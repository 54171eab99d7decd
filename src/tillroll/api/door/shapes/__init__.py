"""Whether a request has the shape that its route declares: nothing unknown, and each value as it is asked for."""
