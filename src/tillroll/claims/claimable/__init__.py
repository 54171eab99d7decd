"""What a claim may hold: approved expenses that nobody has paid or claimed."""
