-- What a run is begun with, and the key under which it is begun once.

-- The workflow's params as JSON.
ALTER TABLE runs ADD COLUMN params TEXT NOT NULL DEFAULT '{}';
-- Empty for runs from before, whose source may repeat.
ALTER TABLE runs ADD COLUMN begin_key TEXT;
CREATE UNIQUE INDEX runs_begun ON runs (account_id, kind, begin_key) WHERE begin_key IS NOT NULL;
