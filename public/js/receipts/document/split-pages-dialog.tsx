/** A PDF of several receipts or invoices is split before the pages on which another one begins. */

import { useEffect, useState } from "preact/hooks";

import { get, post } from "../../api/client.ts";
import { notify } from "../../notifications/notices.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { Waiting } from "../../parts/view.tsx";
import { go } from "../../shell/address.ts";
import { report } from "../../state/report.ts";
import { sentenceOf, useRequest } from "../../state/request.ts";
import { sync } from "../../state/runs.ts";
import { pageOfReceipt } from "../address.ts";
import { t } from "../../words.ts";
import { PdfFile, PdfProblem } from "../pdf/file.ts";
import { useBusy } from "../../parts/use-busy.ts";
import type { ReceiptFile, Run } from "../../api.ts";

/** Pixels: enough to tell a letterhead from the page before. */
const WIDTH = 360;
const MOST_PARTS = 20;

export default function SplitPagesDialog({
  run,
  receipt,
  onClose,
}: {
  run: Run;
  receipt: ReceiptFile;
  onClose: () => void;
}) {
  const path = { receipt_id: receipt.id };
  /** What a person chose; null: what is proposed. */
  const [chosen, choose] = useState<number[] | null>(null);
  const [refused, setRefused] = useState("");
  const [isBusy, whileBusy] = useBusy();
  const { pictures, problem } = usePictures(receipt.imageUrl);
  const {
    answer,
    problem: unread,
    again,
  } = useRequest((signal) => get("/api/receipts/{receipt_id}/pieces", { path, signal }), []);
  const proposed = answer?.beginsAt ?? [];
  const begins = (chosen ?? proposed).filter((page) => page <= (pictures?.length ?? 0));

  async function split() {
    return whileBusy(async () => {
      setRefused("");
      try {
        const done = await post("/api/receipts/{receipt_id}/split", { beginsAt: begins }, { path });
        sync.poke();
        onClose();
        notify(t`Split. Each part is read as a receipt of its own.`, { kind: "success" });
        go(pageOfReceipt(done.parts[0]?.runId ?? run.id));
      } catch (error) {
        setRefused(sentenceOf(error));
      }
    });
  }

  const turn = (page: number) =>
    choose(
      begins.includes(page)
        ? begins.filter((each) => each !== page)
        : [...begins, page].sort((one, other) => one - other),
    );
  const count = begins.length + 1;
  const says = refused || problem;
  const ready =
    pictures && answer
      ? {
          action: count > 1 ? t`Split into ${count} receipts` : t`Split this PDF`,
          onAction: split,
          isReady: count > 1 && count <= MOST_PARTS,
        }
      : {};
  return (
    <Dialog title="Split this PDF" isBusy={isBusy} onClose={onClose} problem={says} {...ready}>
      <p>
        Tick each page on which another receipt or invoice begins. Each becomes a receipt of its
        own, and this PDF is rejected as split.
      </p>
      {chosen === null && proposed.length > 0 && (
        <p class="quiet">
          What is ticked is a proposal, by the text of the pages. Compare it with what you see.
        </p>
      )}
      {count > MOST_PARTS && (
        <p role="status">A PDF is split into at most {MOST_PARTS} receipts.</p>
      )}
      {pictures && answer ? (
        <ol class="split-pages">
          {pictures.map((picture, index) => {
            const page = index + 1;
            const begun = page === 1 || begins.includes(page);
            const document = 1 + begins.filter((each) => each <= page).length;
            return (
              <li key={page} class={begun ? "is-first" : ""}>
                {picture ? (
                  <img src={picture} alt={t`Page ${page}`} />
                ) : (
                  <span class="split-page-empty" aria-hidden="true" />
                )}
                <span class="split-page-of">
                  {begun ? <b>{t`Receipt ${document}`}</b> : ""}
                  <span class="quiet">{t`Page ${page}`}</span>
                </span>
                {page > 1 && (
                  <label>
                    <input
                      type="checkbox"
                      checked={begins.includes(page)}
                      aria-label={t`Another begins on page ${page}`}
                      onChange={() => turn(page)}
                    />
                    <span aria-hidden="true">Begins here</span>
                  </label>
                )}
              </li>
            );
          })}
        </ol>
      ) : (
        !says &&
        !unread && (
          <p class="quiet" role="status">
            The PDF is being opened …
          </p>
        )
      )}
      <Waiting problem={unread} isLoading={false} onAgain={again} />
    </Dialog>
  );
}

/**
 * @param address of the PDF
 * @returns an address for each page, null until it is drawn
 */
function usePictures(address: string): { pictures: (string | null)[] | null; problem: string } {
  const [pictures, setPictures] = useState<(string | null)[] | null>(null);
  const [problem, setProblem] = useState("");
  useEffect(() => {
    const ending = new AbortController();
    const made = [] as string[];
    draw(address, ending.signal, (count, at, picture) => {
      const url = picture && URL.createObjectURL(picture);
      if (url) made.push(url);
      setPictures((before) =>
        (before ?? Array.from({ length: count }, () => null)).map((each, index) =>
          index === at ? url : each,
        ),
      );
    }).catch((error) => {
      if (ending.signal.aborted) return;
      if (error instanceof PdfProblem) setProblem(error.message);
      else report(error);
    });
    return () => {
      ending.abort();
      for (const url of made) URL.revokeObjectURL(url);
    };
  }, [address]);
  return { pictures, problem };
}

/** @param onDrawn of each page; at first of none */
async function draw(
  address: string,
  signal: AbortSignal,
  onDrawn: (count: number, at: number, picture: Blob | null) => void,
) {
  const file = await PdfFile.open(address, { signal });
  try {
    onDrawn(file.pages, -1, null);
    for (let at = 0; at < file.pages && !signal.aborted; at += 1)
      onDrawn(file.pages, at, (await file.draw(at + 1, WIDTH)).picture);
  } finally {
    file.end();
  }
}
