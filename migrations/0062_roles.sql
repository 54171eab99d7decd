-- What each person does in their account. One may have several roles; who has no row here does what users.role says, so
-- that everybody goes on as before. users.role stays 'owner' for owners, and 'member' for all others.
CREATE TABLE user_roles (
  user_id TEXT NOT NULL REFERENCES users (id),
  role TEXT NOT NULL,
  PRIMARY KEY (user_id, role)
) STRICT, WITHOUT ROWID;

-- Since when somebody is no person of the account any more. Their name stays, since what they did does.
ALTER TABLE users ADD COLUMN removed_at TEXT;
