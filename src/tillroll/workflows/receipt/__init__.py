"""The receipt workflow: contract, body, records, and what the API shows and takes of it."""
