/** What was read of a receipt so far. */

import { FIELDS } from "../../labels.ts";
import { FieldItem } from "./field-item.tsx";
import { KnownAs } from "./known-merchant.tsx";
import type { Run } from "../../api.ts";
import type { Attention } from "../../parts/attention.ts";

/** `attention` is told which field is looked at */
export function Values({ run, attention }: { run: Run; attention: Attention }) {
  return (
    <section class="card" aria-labelledby="fields-title">
      <h2 id="fields-title">Read so far</h2>
      <dl class="fields">
        {FIELDS.map((field) => (
          <FieldItem key={field} run={run} field={field} attention={attention} />
        ))}
      </dl>
      <KnownAs extraction={run.extraction} />
    </section>
  );
}
