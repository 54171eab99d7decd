-- At most so many runs of a kind go on at once, in an account or for a value of its params; the others wait in line.

-- What a run's slot is shared by: the value of the param that the contract names, as JSON; '' for the whole account;
-- NULL where nothing limits it, or no longer: a run that only ends stands in nobody's way.
ALTER TABLE runs ADD COLUMN concurrency_key TEXT;
-- Its number in the line, from 1; NULL where it is not in one. A number says who is first where two clocks differ.
ALTER TABLE runs ADD COLUMN queue_number INTEGER;
ALTER TABLE runs ADD COLUMN queued_at TEXT;

CREATE INDEX runs_in_line ON runs (kind, account_id, concurrency_key, queue_number) WHERE queue_number IS NOT NULL;
CREATE INDEX runs_in_slots ON runs (kind, account_id, concurrency_key)
  WHERE concurrency_key IS NOT NULL AND queue_number IS NULL AND status IN ('processing', 'needs_review');
