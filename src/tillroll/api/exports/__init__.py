"""Exports: asked for, listed, shown. Their files pass natively, see `files`."""
