"""How much an account may use: uploads and models' calls a month, and storage."""
