-- What a token is limited to, and when it was used last. The hash of a limited token begins with 'limited:', so that a version
-- of the code that knows of no limits finds none such, and refuses it.
ALTER TABLE tokens ADD COLUMN scopes TEXT; -- a JSON array of permissions; NULL: all that its person may
ALTER TABLE tokens ADD COLUMN addresses TEXT; -- a JSON array of networks, as CIDR; NULL: from anywhere
ALTER TABLE tokens ADD COLUMN last_used_at TEXT; -- to some minutes
