-- When the engine refused to create the run's instance, and of which generation: until the reconciler has created that one, or
-- something else happens to the run, it waits for the engine, and is shown so. NULL where it was never refused.
ALTER TABLE runs ADD COLUMN creation_refused_at TEXT;
ALTER TABLE runs ADD COLUMN creation_refused_generation INTEGER;
