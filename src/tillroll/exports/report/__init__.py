"""The report for people: a PDF with a cover, a table, and a page with its picture for each expense."""
