"""Thirty and more mistakes that authors make, each planted in a right workflow, and what finds
them.
"""
