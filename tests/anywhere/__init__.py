"""`make anywhere`: the whole of `make test` on another machine, as far as this one can play it."""
