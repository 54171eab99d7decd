"""An account's address for receipts, and the domain that it stands under: what comes there is `mailed_in`'s."""
