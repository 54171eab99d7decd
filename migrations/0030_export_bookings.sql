-- Bookings of the bank that exports for DATEV handed on, so that each is handed on once, and what was changed is taken back.
CREATE TABLE export_bookings (
  export_id TEXT NOT NULL REFERENCES exports (id),
  place INTEGER NOT NULL,
  -- As the export's.
  account_id TEXT NOT NULL,
  series TEXT NOT NULL,
  -- Which entry of the bank, and what explains it.
  booking_id TEXT NOT NULL,
  -- The earlier export whose line this one takes back.
  corrects TEXT REFERENCES exports (id),
  -- JSON: the booking, as it was read from the bank.
  content TEXT NOT NULL,
  PRIMARY KEY (export_id, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX export_bookings_by_booking ON export_bookings (account_id, series, booking_id);
CREATE INDEX export_bookings_corrected ON export_bookings (corrects) WHERE corrects IS NOT NULL;
