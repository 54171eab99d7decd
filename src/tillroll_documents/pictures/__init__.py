"""Pictures as they are handed out: without what their files tell beside the pixels. Pure, no
I/O.
"""
