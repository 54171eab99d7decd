"""What the rest of the code may ask of the platform, as small protocols; `cloudflare` fulfils them
in the Worker."""
