"""What an event means: rules that take values out of it, checked against what the deployment can begin."""
