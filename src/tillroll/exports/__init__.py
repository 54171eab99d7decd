"""Exports: expenses handed on in files, by hand or by schedule, with profiles, periods and
links.
"""
