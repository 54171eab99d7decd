"""Moving an account from one database of a deployment to another."""
