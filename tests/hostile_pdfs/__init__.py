"""A proof of its own: hostile and many PDFs end no Worker."""
