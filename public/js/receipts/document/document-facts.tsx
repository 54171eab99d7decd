/** What a document says of itself beside what was read for an expense, and where it was read. */

import { DOCUMENT_FIELDS } from "../../labels.ts";
import { FieldItem } from "../values/field-item.tsx";
import { XmlLink } from "./xml-link.tsx";
import { t } from "../../words.ts";
import type { EInvoice, Run } from "../../api.ts";
import type { Attention } from "../../parts/attention.ts";

/** Nothing where there is nothing to show. */
export function DocumentFacts({
  run: { extraction, receipt },
  attention,
  isInForm = false,
}: {
  run: Pick<Run, "extraction" | "receipt">;
  /** told which field is looked at */
  attention: Attention;
  /** its values stand in a form beside it already */
  isInForm?: boolean;
}) {
  const source = extraction?.eInvoice ?? null;
  const others = (extraction?.attachments ?? []).filter((each) => !each.isRead);
  const hasFiles = source !== null || others.length > 0;
  const shown = isInForm ? [] : DOCUMENT_FIELDS.filter((field) => extraction?.[field]?.value);
  if (shown.length === 0 && !hasFiles) return null;
  return (
    <section class="card document-facts" aria-labelledby="document-title">
      <h2 id="document-title">Document</h2>
      {shown.length > 0 && (
        <dl class="fields">
          {shown.map((field) => (
            <FieldItem key={field} run={{ extraction }} field={field} attention={attention} />
          ))}
        </dl>
      )}
      {source && receipt && <Source source={source} receiptId={receipt.id} />}
      {others.map((file) => (
        <p class="document-source quiet" key={file.name}>
          {t`Not read: ${file.name}.`} {file.reason}
        </p>
      ))}
    </section>
  );
}

/** Where the values come from. */
function Source({
  source: { profile, fileName },
  receiptId,
}: {
  source: EInvoice;
  receiptId: string;
}) {
  const kind = profile ? t`E-invoice (${profile})` : t`E-invoice`;
  const from = fileName ? t`read from the XML in the PDF, ${fileName}` : t`read from its XML`;
  return (
    <p class="document-source quiet">
      {kind}: {from}. <XmlLink id={receiptId} />
    </p>
  );
}
