-- When a policy is held, and what more it may ask; who was what when they decided on an expense.

-- approval: before an expense is approved. claim: before what was approved is claimed.
ALTER TABLE approval_policies ADD COLUMN held_at TEXT NOT NULL DEFAULT 'approval' CHECK (held_at IN ('approval', 'claim'));
-- 1: it is about expenses without a receipt alone.
ALTER TABLE approval_policies ADD COLUMN without_receipt INTEGER NOT NULL DEFAULT 0 CHECK (without_receipt IN (0, 1));
-- A role, or a user's id: it is not about what they approve, or approved. NULL: whoever approves, it holds.
ALTER TABLE approval_policies ADD COLUMN unless_approved_by TEXT;

-- The roles of whoever decided, by spaces, as they were then: losing one later takes no approval back, gaining one gives none.
ALTER TABLE approval_decisions ADD COLUMN roles TEXT;
-- What was decided before this was kept counts with the roles that whoever decided has now.
UPDATE approval_decisions SET roles = (
  SELECT COALESCE((SELECT group_concat(user_roles.role, ' ') FROM user_roles WHERE user_roles.user_id = users.id),
                  CASE users.role WHEN 'owner' THEN 'owner' END)
  FROM users WHERE users.id = COALESCE(
    (SELECT tokens.user_id FROM tokens WHERE approval_decisions.actor = 'token:' || tokens.id),
    substr(approval_decisions.actor, 6))
);
