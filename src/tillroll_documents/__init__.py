"""Documents of money: from pixels, text and XML to fields with evidence, files of banks to entries,
and entries to what they pay. Pure, no I/O.
"""
