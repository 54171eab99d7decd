"""From the bytes of an upload to fields with evidence: transcripts, PDFs, and second opinions."""
