-- A run that no person is to bring on has a deadline, from its contract's states. What is under way gets one now.

UPDATE runs SET deadline = strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '+1 day')
WHERE status = 'processing' AND deadline IS NULL;
