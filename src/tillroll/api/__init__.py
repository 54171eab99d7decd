"""The ground of all routes: who is asking, what is let in, and how it is answered."""
