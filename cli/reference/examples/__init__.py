"""What the API's description shows as examples: words, whole bodies, and how one is made of a
schema.
"""
