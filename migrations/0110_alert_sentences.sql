-- What an alert said when it was told of: the alert itself says what holds now, and a notice the same at every attempt.
-- NULL: told of before there was this column; its alert's sentence has not changed since then.
ALTER TABLE alert_notices ADD COLUMN sentence TEXT;
