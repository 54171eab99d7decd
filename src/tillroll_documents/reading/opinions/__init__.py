"""Questions to models about a paper, and what their answers change."""
