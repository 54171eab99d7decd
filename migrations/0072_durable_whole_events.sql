-- What an event says in full, where that is larger than 20 kB: its payload has the ids, and a link to this.
ALTER TABLE outbox ADD COLUMN whole TEXT;
