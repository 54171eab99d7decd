-- What is told, and whom: a person has marks of their own, and chooses how they are told.
CREATE TABLE notifications (
  -- What causes it, so that it is told once: {subject}:{topic}, with an occasion where there are several.
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  topic TEXT NOT NULL,
  -- The id of what it is about, and one line that names it where the topic's sentence does not.
  subject TEXT NOT NULL,
  about TEXT NOT NULL,
  run_id TEXT REFERENCES runs (id),
  created_at TEXT NOT NULL
) STRICT;
CREATE TABLE notification_recipients (
  notification_id TEXT NOT NULL REFERENCES notifications (id),
  user_id TEXT NOT NULL REFERENCES users (id),
  created_at TEXT NOT NULL,
  in_app INTEGER NOT NULL CHECK (in_app IN (0, 1)),
  by_mail INTEGER NOT NULL CHECK (by_mail IN (0, 1)),
  read_at TEXT,
  PRIMARY KEY (notification_id, user_id)
) STRICT;
CREATE INDEX notifications_newest ON notification_recipients (user_id, created_at, notification_id) WHERE in_app = 1;
CREATE INDEX notifications_unread ON notification_recipients (user_id, created_at) WHERE in_app = 1 AND read_at IS NULL;
-- What a person chose of a topic; without a row, the topic's own way holds.
CREATE TABLE notification_choices (
  user_id TEXT NOT NULL REFERENCES users (id),
  topic TEXT NOT NULL,
  in_app INTEGER NOT NULL CHECK (in_app IN (0, 1)),
  by_mail INTEGER NOT NULL CHECK (by_mail IN (0, 1)),
  PRIMARY KEY (user_id, topic)
) STRICT;

-- Notices were an account's. Each is now its submitter's, also one that an earlier version of the Worker still writes.
INSERT INTO notifications (id, account_id, topic, subject, about, run_id, created_at)
SELECT id, account_id, topic, run_id, '', run_id, created_at FROM notices;
INSERT INTO notification_recipients (notification_id, user_id, created_at, in_app, by_mail, read_at)
SELECT n.id, receipts.uploaded_by, n.created_at, 1, 0, n.read_at
FROM notices n JOIN runs ON runs.id = n.run_id JOIN receipts ON receipts.id = runs.subject
JOIN users ON users.id = receipts.uploaded_by;
CREATE TRIGGER notices_told AFTER INSERT ON notices
BEGIN
  INSERT INTO notifications (id, account_id, topic, subject, about, run_id, created_at)
  VALUES (NEW.id, NEW.account_id, NEW.topic, NEW.run_id, '', NEW.run_id, NEW.created_at)
  ON CONFLICT (id) DO NOTHING;
  INSERT INTO notification_recipients (notification_id, user_id, created_at, in_app, by_mail)
  SELECT NEW.id, users.id, NEW.created_at, 1, 0
  FROM runs JOIN receipts ON receipts.id = runs.subject JOIN users ON users.id = receipts.uploaded_by
  WHERE runs.id = NEW.run_id
  ON CONFLICT DO NOTHING;
END;
