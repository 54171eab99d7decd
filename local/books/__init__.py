"""What accounting software and CRMs would be for Tillroll, on this machine: local counterparts, and
their server.
"""
