"""What people do with erasures: ask for one, take one back."""
