"""A project's Worker on this machine: `tillroll dev`."""
