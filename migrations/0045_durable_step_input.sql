-- What a step was given, as JSON: bounded, without what its contract withholds. Empty where it is given nothing.
ALTER TABLE run_steps ADD COLUMN input TEXT;
