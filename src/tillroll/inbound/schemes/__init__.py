"""How senders sign what they send. Pure: headers, bytes, secrets and the time come in."""
