"""What has mail sent: notices that wait, and links that let somebody in."""
