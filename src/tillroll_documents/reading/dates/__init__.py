"""Days of a paper: when something was bought, and until when it is to be paid."""
