-- How large a picture is, in pixels, as its header states it: NULL where it states nothing, and of earlier uploads.

ALTER TABLE receipts ADD COLUMN width INTEGER;
ALTER TABLE receipts ADD COLUMN height INTEGER;
