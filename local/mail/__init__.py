"""What stands in for the mail provider on this machine, and its inbox."""
