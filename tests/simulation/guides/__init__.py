"""The Tillroll sides of docs/migrating.md: what the guide shows is what is type checked and played
here.
"""
