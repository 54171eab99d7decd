"""Fonts: read from WOFF files, and embedded with the glyphs that are used."""
