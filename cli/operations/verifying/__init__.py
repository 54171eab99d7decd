"""What only an owner's account can prove of a deployment, asked line by line."""
