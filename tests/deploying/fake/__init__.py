"""A fake of the part of Cloudflare's API that deploying calls.

It was written before the command, from what others publish: the shapes of `published.json` are
those of Cloudflare's OpenAPI document, as the registry's package `cloudflare` 5.9.0 has them,
without their descriptions. What that document lacks (services, domains, the assets' upload, codes
of errors) is as wrangler 4.164 calls it.
"""
