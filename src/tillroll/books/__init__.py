"""The company's accounting software: what is written there, and what is read from a CRM."""
