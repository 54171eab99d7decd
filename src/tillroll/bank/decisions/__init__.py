"""What explains an entry: proposed, decided by people, booked, and carried out elsewhere."""
