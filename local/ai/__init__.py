"""Workers AI on this machine: answers the genuine `env.AI` client, images by OCR, text by a
configured server.
"""
