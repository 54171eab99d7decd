-- What an alert said when it was told of: the alert itself says what holds now, and a notice the same at every attempt.
ALTER TABLE alert_notices ADD COLUMN sentence TEXT NOT NULL DEFAULT '';
