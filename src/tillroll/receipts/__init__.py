"""The domain of receipts: money, dates, transcripts, and rules that read them. Pure values; no input or output."""
