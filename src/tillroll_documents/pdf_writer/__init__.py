"""PDF files, written piece by piece: pages, text in embedded fonts, JPEG pictures, links and
attached files. Knows no domain, and does no I/O.
"""
