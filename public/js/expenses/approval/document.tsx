/** The document of an expense that waits for approval. */

import { useState } from "preact/hooks";

import { makeAttention } from "../../parts/attention.ts";
import { Picture } from "../../receipts/document/picture.tsx";
import { t } from "../../words.ts";
import type { Queued } from "../../api/types.d.ts";

export function Document({ queued: { expense, mediaType } }: { queued: Queued }) {
  const { id, receiptId, merchant } = expense;
  const [attention] = useState(makeAttention);
  // A format that the server cannot make small is looked at on its own page.
  const [isBroken, setBroken] = useState(false);
  const imageUrl = `/api/receipts/${receiptId}/image`;
  if (mediaType?.startsWith("image/") && !isBroken) {
    return (
      <div class="approval-document">
        <a href={`/expenses/${id}`}>
          <img
            src={`${imageUrl}?width=640`}
            alt={t`Receipt of ${merchant}`}
            onError={() => setBroken(true)}
          />
        </a>
      </div>
    );
  }
  const receipt = { id: receiptId, fileName: merchant, mediaType: mediaType ?? "", imageUrl };
  return (
    <div class="approval-document">
      {mediaType && !isBroken && <Picture receipt={receipt} run={null} attention={attention} />}
      <p>
        <a class="button" href={`/expenses/${id}`}>
          Open the expense
        </a>
      </p>
    </div>
  );
}
