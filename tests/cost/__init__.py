"""What the tests take of a processor, measured beside a fixed loop, and held to what was
recorded.
"""
