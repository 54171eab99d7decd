"""Time where somebody is: all else here is UTC."""
