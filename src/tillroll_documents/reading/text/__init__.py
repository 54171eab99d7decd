"""What a line of text says: words through OCR's slips, days, amounts, places and companies."""
