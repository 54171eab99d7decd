"""Syncs: what is planned of each item, written, and recorded."""
