"""What is kept of whom, and for how long; erasing it, and handing it out."""
