-- Deliveries that are done, which are deleted 30 days later.
CREATE INDEX deliveries_done ON deliveries (settled_at)
  WHERE state IN ('delivered', 'cancelled') OR payload IS NOT NULL;

-- Secrets by the version of the key that encrypted them: what an earlier one did is encrypted anew.
CREATE INDEX endpoint_secrets_by_key ON endpoint_secrets (substr(kept, 1, instr(kept, '.') - 1));
CREATE INDEX inbound_secrets_by_key ON inbound_secrets (substr(secret, 1, instr(secret, '.') - 1));
