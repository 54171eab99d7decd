CREATE TABLE articles (
  name TEXT PRIMARY KEY,
  -- In cents.
  price INTEGER NOT NULL
) STRICT;
INSERT INTO articles (name, price) VALUES ('tea', 350), ('cup', 1200);

CREATE TABLE orders (
  run_id TEXT PRIMARY KEY REFERENCES runs (id),
  article TEXT NOT NULL REFERENCES articles (name),
  charge TEXT NOT NULL
) STRICT;
