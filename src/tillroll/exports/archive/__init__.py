"""Archives: the originals beside an index of them."""
