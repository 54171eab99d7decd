"""How each scene is played, and what breaks which rule."""
