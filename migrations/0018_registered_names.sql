-- The firm that sold, beside the merchant's name: the legal entity as it is printed. NULL where none is.
ALTER TABLE expenses ADD COLUMN registered_name TEXT;
