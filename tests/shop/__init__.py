"""A small project of an author's own on the genuine stack: no line of the product is deployed."""
