"""What is asked for of data exports: one is begun, found, fetched, and swept when its time is over."""
