"""What kind of paper a page is: one that is no receipt, one of a cancelled sale, or a refund."""
