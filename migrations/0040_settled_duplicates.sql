-- Whether the person who parted or merged two expenses could approve when they said so: their word stands also where they lose
-- the role. NULL where it was not written down: then the role that they have now, since before they said it, decides.
ALTER TABLE duplicate_verdicts ADD COLUMN may_settle INTEGER CHECK (may_settle IN (0, 1));

-- What stands now goes on standing.
UPDATE duplicate_verdicts SET may_settle = 1
WHERE EXISTS (
  SELECT 1 FROM user_roles AS held
  WHERE held.role IN ('owner', 'approver') AND COALESCE(held.given_at, '') <= decided_at
    AND held.user_id = COALESCE(
      (SELECT used.user_id FROM tokens AS used WHERE decided_by = 'token:' || used.id AND used.scopes IS NULL),
      CASE WHEN decided_by LIKE 'user:%' THEN substr(decided_by, 6) END));
