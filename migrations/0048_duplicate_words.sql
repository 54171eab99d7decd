-- Who confirms a receipt that was asked about as a duplicate says that it is another purchase. Whether they could approve then: their
-- word stands also where they lose the role, as one of `duplicate_verdicts` does.
CREATE TABLE duplicate_words (
  review_id TEXT PRIMARY KEY REFERENCES reviews (id),
  account_id TEXT NOT NULL REFERENCES accounts (id),
  may_settle INTEGER NOT NULL CHECK (may_settle IN (0, 1))
) STRICT, WITHOUT ROWID;

-- Whatever way a review is decided, it is in the batch of that.
CREATE TRIGGER duplicate_words_of_reviews AFTER INSERT ON review_decisions WHEN NEW.decision = 'approve' BEGIN
  INSERT INTO duplicate_words (review_id, account_id, may_settle)
  SELECT reviews.id, runs.account_id, EXISTS (
    SELECT 1 FROM user_roles AS held
    WHERE held.role IN ('owner', 'approver') AND COALESCE(held.given_at, '') <= NEW.decided_at
      AND held.user_id = COALESCE(
        (SELECT used.user_id FROM tokens AS used WHERE NEW.actor = 'token:' || used.id),
        substr(NEW.actor, length('user:') + 1)))
    AND NOT EXISTS (
      SELECT 1 FROM tokens AS used
      WHERE NEW.actor = 'token:' || used.id AND used.scopes IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM json_each(used.scopes) WHERE value = 'approve'))
  FROM reviews JOIN runs ON runs.id = reviews.run_id
  WHERE reviews.id = NEW.review_id AND json_extract(reviews.proposed, '$.duplicateOf') IS NOT NULL;
END;

-- What stands now goes on standing.
INSERT INTO duplicate_words (review_id, account_id, may_settle)
SELECT reviews.id, runs.account_id, EXISTS (
    SELECT 1 FROM user_roles AS held
    WHERE held.role IN ('owner', 'approver') AND COALESCE(held.given_at, '') <= decided.decided_at
      AND held.user_id = COALESCE(
        (SELECT used.user_id FROM tokens AS used WHERE decided.actor = 'token:' || used.id),
        substr(decided.actor, length('user:') + 1)))
    AND NOT EXISTS (
      SELECT 1 FROM tokens AS used
      WHERE decided.actor = 'token:' || used.id AND used.scopes IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM json_each(used.scopes) WHERE value = 'approve'))
FROM review_decisions AS decided
JOIN reviews ON reviews.id = decided.review_id AND json_extract(reviews.proposed, '$.duplicateOf') IS NOT NULL
JOIN runs ON runs.id = reviews.run_id
WHERE decided.decision = 'approve';
