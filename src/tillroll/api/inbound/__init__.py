"""Events from other systems: the address that they come to, the sources that may send them, and what came of each."""
