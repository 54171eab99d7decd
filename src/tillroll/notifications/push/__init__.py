"""Messages of Web Push: browsers that a person chose show what waits for them."""
