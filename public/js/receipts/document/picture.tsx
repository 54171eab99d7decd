/**
 * The receipt itself: a picture to zoom, turn and move, the pages of a PDF, an e-invoice as
 * a person reads it, or a statement to open.
 */

import { Icon } from "../../parts/icon.tsx";
import { lazy } from "../../parts/lazy.ts";
import { Pdf } from "./pdf.tsx";
import { Photo } from "./photo.tsx";
import { t } from "../../words.ts";
import type { ReceiptFile, Run } from "../../api.ts";
import type { Attention } from "../../parts/attention.ts";

const EInvoiceView = lazy(() =>
  import("../e-invoice/view.tsx").then((module) => module.EInvoiceView),
);

/** What is looked at is marked in it */
export function Picture({
  receipt,
  run,
  attention,
}: {
  receipt: ReceiptFile;
  run: Run | null;
  attention: Attention;
}) {
  const name = receipt.fileName ?? "receipt";
  if (receipt.mediaType === "application/pdf")
    return <Pdf key={receipt.id} receipt={receipt} name={name} run={run} attention={attention} />;
  if (receipt.mediaType === "application/xml") {
    return <EInvoiceView key={receipt.id} id={receipt.id} attention={attention} />;
  }
  if (receipt.mediaType.startsWith("application/vnd.tillroll."))
    return <Statement address={receipt.imageUrl} />;
  const description = t`Photo of the receipt ${name}`;
  return (
    <Photo
      key={receipt.id}
      address={receipt.imageUrl}
      description={description}
      run={run}
      attention={attention}
    />
  );
}

/** Of a statement in place of a receipt */
function Statement({ address }: { address: string }) {
  return (
    <div class="picture is-pdf-link">
      <Icon name="document" />
      <p>There is no paper: somebody stated this expense, and the statement is its document.</p>
      <a class="button" href={address} target="_blank" rel="noopener">
        Open the statement
      </a>
    </div>
  );
}
