"""The stories of deployed workflows, a module a kind: `STORIES` is what `tillroll play` plays."""
