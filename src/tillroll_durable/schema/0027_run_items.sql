-- How many items the maps of a run had, and how many of them failed: of a run that goes on, as of its last step. They mark a
-- run that has completed without some of its items.
ALTER TABLE runs ADD COLUMN items INTEGER NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN items_failed INTEGER NOT NULL DEFAULT 0;
-- Few runs go on without an item, so all of an account's are found as one list.
CREATE INDEX runs_with_failures ON runs (account_id, id) WHERE items_failed > 0;
