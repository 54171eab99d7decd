"""The people of an account: who they are, the links that let them in, and how they are locked out."""
