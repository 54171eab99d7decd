"""The pictures of the documentation, taken of the page as it is: `make pictures`."""
