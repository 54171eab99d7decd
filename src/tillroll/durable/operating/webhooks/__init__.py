"""Events on their way to the endpoints of an account, as Standard Webhooks has it."""
