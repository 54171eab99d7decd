"""What a claim mails to whoever is to pay, where it is sent by mail: the claim, its reminders, and thanks."""
