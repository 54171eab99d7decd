"""What is done with claims from outside: asking for one, what is paid of it, what is said against it."""
