-- Notices are read. Those from before, which nobody could mark, count as read.
UPDATE notices SET read_at = created_at WHERE read_at IS NULL;
CREATE INDEX notices_newest ON notices (account_id, created_at, id);
CREATE INDEX notices_unread ON notices (account_id, created_at) WHERE read_at IS NULL;
