-- What is kept for a time only is found by it: each minute deletes some of what is over.
CREATE INDEX notifications_by_age ON notifications (created_at);
CREATE INDEX messages_by_age ON messages (created_at);
CREATE INDEX sign_in_codes_by_end ON sign_in_codes (expires_at);
CREATE INDEX mail_addresses_waiting ON mail_addresses (code_expires_at) WHERE pending IS NOT NULL;
