"""Categories of an account: their names, codes and states."""
