/** Says at a photo that it and others seem to be one long receipt, and joins them by one act. */

import { useState } from "preact/hooks";

import { get, post } from "../../api/client.ts";
import { notify } from "../../notifications/notices.ts";
import { go } from "../../shell/address.ts";
import { sentenceOf, useRequest } from "../../state/request.ts";
import { sync } from "../../state/runs.ts";
import { pageOfReceipt } from "../address.ts";
import { t } from "../../words.ts";
import { useBusy } from "../../parts/use-busy.ts";
import { Problem } from "../../parts/problem.tsx";
import type { ReceiptFile } from "../../api.ts";

const WIDTH = 160;

/** Nothing where the photo seems to stand by itself. */
export default function JoinHint({ receipt }: { receipt: ReceiptFile }) {
  const [problem, setProblem] = useState("");
  const [isBusy, whileBusy] = useBusy();
  const { answer } = useRequest(
    (signal) =>
      get("/api/receipts/{receipt_id}/pieces", { path: { receipt_id: receipt.id }, signal }),
    [receipt.id],
  );
  const photos = answer?.photos ?? [];
  if (photos.length === 0) return null;
  async function join() {
    return whileBusy(async () => {
      setProblem("");
      try {
        const joined = await post("/api/receipts/joined", {
          receiptIds: photos.map((photo) => photo.receiptId),
        });
        sync.poke();
        notify(t`Joined. The photos are read as one receipt.`, { kind: "success" });
        go(pageOfReceipt(joined.runId));
      } catch (error) {
        setProblem(sentenceOf(error));
      }
    });
  }
  return (
    <section class="join-hint" aria-label={t`Photos of one receipt`}>
      <p>These {photos.length} photos seem to be one long receipt, in this order.</p>
      <ol>
        {photos.map(({ receiptId, runId, fileName, imageUrl }, at) => (
          <li key={receiptId}>
            {receiptId === receipt.id ? (
              <Shown address={imageUrl} says={t`Photo ${at + 1}: this one`} />
            ) : (
              <a href={pageOfReceipt(runId)}>
                <Shown
                  address={imageUrl}
                  says={t`Photo ${at + 1}: ${fileName ?? t`A photo without a name`}`}
                />
              </a>
            )}
          </li>
        ))}
      </ol>
      <Problem>{problem}</Problem>
      <button
        type="button"
        class="button"
        disabled={isBusy}
        onClick={join}
      >{t`Join ${photos.length} photos`}</button>
    </section>
  );
}

function Shown({ address, says }: { address: string; says: string }) {
  return (
    <img
      src={`${address}?width=${WIDTH}`}
      alt={says}
      title={says}
      loading="lazy"
      decoding="async"
    />
  );
}
