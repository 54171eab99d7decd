"""What a release is made of: `make release` builds it, `make audit` looks at what it depends on."""
