"""What the routes of all features stand on."""
