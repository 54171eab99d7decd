"""What `tillroll doctor` looks at."""
