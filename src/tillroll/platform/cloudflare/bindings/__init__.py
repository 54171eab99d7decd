"""The bindings of Cloudflare Workers, each behind the platform's protocol."""
