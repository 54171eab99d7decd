-- What GET /api/runs finds runs by, each with the id that pages go on behind.
CREATE INDEX runs_by_kind ON runs (account_id, kind, id);
CREATE INDEX runs_by_subject ON runs (account_id, subject, id);
CREATE INDEX runs_by_state ON runs (account_id, state, id);
CREATE INDEX runs_by_failure ON runs (account_id, failure_class, id) WHERE failure_class IS NOT NULL;
-- Where a time begins among the ids, which are made in its order.
CREATE INDEX runs_by_time ON runs (account_id, created_at, id);
