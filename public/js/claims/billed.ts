/** Who can be billed, as they are offered for a new invoice. */

import { money } from "../format.ts";
import { isAlone } from "../state/session.ts";
import { t } from "../words.ts";
import type { ClientChoice, ClientRecord, Owing } from "../api/types.d.ts";

/** The company itself pays what employees paid. */
export const COMPANY = "company";

/**
 * Those who owe something stand first, then every other client, so that nobody adds one twice.
 *
 * @param known the client that is selected: it may be archived
 */
export function billedOptions(
  owing: Owing[],
  clients: Pick<ClientChoice, "id" | "name">[],
  known: Pick<ClientRecord, "id" | "name"> | null,
) {
  const owers: Map<string, { name: string; sums: string[] }> = new Map();
  for (const { clientId, name, currency, total } of owing) {
    if (!clientId) continue;
    const kept = owers.get(clientId) ?? { name: name ?? "", sums: [] };
    owers.set(clientId, { ...kept, sums: [...kept.sums, money(total, currency)] });
  }
  const first = [...owers].map(([value, { name, sums }]) => ({
    value,
    label: `${name}: ${sums.join(", ")}`,
  }));
  const isKnown = !known || clients.some(({ id }) => id === known.id);
  const all = isKnown ? clients : [...clients, known];
  const others = all
    .filter(({ id }) => !owers.has(id))
    .map(({ id, name }) => ({ value: id, label: name }));
  return [
    { value: "", label: t`Select a client` },
    ...first,
    ...others,
    {
      value: COMPANY,
      label: isAlone()
        ? t`Your own company: what you paid yourself`
        : t`Your own company: what employees paid`,
    },
  ];
}
