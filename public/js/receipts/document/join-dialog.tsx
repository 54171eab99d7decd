/** Photos of one long receipt are put in order, and joined. */

import { useState } from "preact/hooks";

import { get, post } from "../../api/client.ts";
import { smallPicture } from "../../api.ts";
import { moment } from "../../format.ts";
import { notify } from "../../notifications/notices.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { Waiting } from "../../parts/view.tsx";
import { Icon } from "../../parts/icon.tsx";
import { go } from "../../shell/address.ts";
import { sentenceOf, useRequest } from "../../state/request.ts";
import { sync } from "../../state/runs.ts";
import { pageOfReceipt } from "../address.ts";
import { t } from "../../words.ts";
import { useBusy } from "../../parts/use-busy.ts";
import type { ReceiptFile, Run, RunSummary } from "../../api.ts";

type Photo = { receipt: ReceiptFile; createdAt: string };

const MOST = 5;
/** Photos of one receipt are handed in one right after the other. */
const CLOSE_MS = 2 * 60_000;

export default function JoinDialog({
  run,
  receipt,
  onClose,
}: {
  run: Run;
  receipt: ReceiptFile;
  onClose: () => void;
}) {
  const own = { receipt, createdAt: run.createdAt };
  /** What a person chose, in its order; null: what is proposed. */
  const [chosen, choose] = useState<Photo[] | null>(null);
  const [problem, setProblem] = useState("");
  const [isBusy, whileBusy] = useBusy();
  const {
    answer,
    problem: unread,
    isLoading,
    again,
  } = useRequest(
    (signal) =>
      get("/api/runs", { query: { kind: "receipt", status: "needs_review", limit: 50 }, signal }),
    [],
  );
  const waiting = ((answer?.items ?? []) as unknown as RunSummary[]).flatMap(
    ({ receipt: each, createdAt }) =>
      each?.mediaType.startsWith("image/") && each.id !== receipt.id
        ? [{ receipt: each, createdAt }]
        : [],
  );
  const photos = chosen ?? proposed(own, waiting);
  const rest = waiting.filter(
    ({ receipt: { id } }) => !photos.some((photo) => photo.receipt.id === id),
  );

  async function join() {
    return whileBusy(async () => {
      setProblem("");
      try {
        const receiptIds = photos.map((photo) => photo.receipt.id);
        const joined = await post("/api/receipts/joined", { receiptIds });
        sync.poke();
        onClose();
        notify(t`Joined. The photos are read as one receipt.`, { kind: "success" });
        go(pageOfReceipt(joined.runId));
      } catch (error) {
        setProblem(sentenceOf(error));
      }
    });
  }

  const move = (at: number, by: number) => {
    const moved = [...photos];
    moved.splice(at + by, 0, ...moved.splice(at, 1));
    choose(moved);
  };
  const action =
    photos.length > 1 ? { action: t`Join ${photos.length} photos`, onAction: join } : {};
  return (
    <Dialog
      title="Join photos of one receipt"
      {...action}
      isBusy={isBusy}
      onClose={onClose}
      problem={problem}
    >
      <p>
        Put the photos in the order of the paper. They are read as one receipt, and are rejected as
        joined.
      </p>
      <Waiting problem={unread} isLoading={isLoading} onAgain={again} />
      <ol class="join-photos">
        {photos.map(({ receipt: each, createdAt }, at) => (
          <li key={each.id}>
            <Shown
              receipt={each}
              createdAt={createdAt}
              note={
                each.id === receipt.id
                  ? t`This photo`
                  : isClose(own, createdAt)
                    ? t`Handed in within two minutes of this one`
                    : ""
              }
            />
            <button
              type="button"
              class="icon-button"
              aria-label={t`Move photo ${at + 1} up`}
              disabled={at === 0}
              onClick={() => move(at, -1)}
            >
              <Icon name="up" />
            </button>
            <button
              type="button"
              class="icon-button"
              aria-label={t`Move photo ${at + 1} down`}
              disabled={at === photos.length - 1}
              onClick={() => move(at, 1)}
            >
              <Icon name="down" />
            </button>
            <button
              type="button"
              class="icon-button"
              aria-label={t`Leave photo ${at + 1} out`}
              disabled={each.id === receipt.id}
              onClick={() => choose(photos.filter((photo) => photo.receipt.id !== each.id))}
            >
              <Icon name="close" />
            </button>
          </li>
        ))}
      </ol>
      {rest.length > 0 ? (
        <>
          <h3>Other photos that wait for a review</h3>
          <ul class="join-photos">
            {rest.map((photo) => (
              <li key={photo.receipt.id}>
                <Shown receipt={photo.receipt} createdAt={photo.createdAt} note="" />
                <button
                  type="button"
                  class="button small"
                  disabled={photos.length >= MOST}
                  onClick={() => choose([...photos, photo])}
                >
                  Add
                </button>
              </li>
            ))}
          </ul>
        </>
      ) : (
        answer && photos.length === 1 && <p class="quiet">No other photo waits for a review.</p>
      )}
    </Dialog>
  );
}

function Shown({ receipt, createdAt, note }: Photo & { note: string }) {
  const picture = smallPicture(receipt, 160);
  return (
    <>
      {picture && <img src={picture} alt="" loading="lazy" />}
      <span class="join-photo">
        <span>{receipt.fileName ?? t`A photo without a name`}</span>
        <span class="quiet">{note || moment(createdAt)}</span>
      </span>
    </>
  );
}

/** @returns this one and those that were handed in right before or after it, the first one first */
function proposed(own: Photo, waiting: Photo[]): Photo[] {
  const close = waiting.filter(({ createdAt }) => isClose(own, createdAt)).slice(0, MOST - 1);
  return [own, ...close].sort(
    (one, other) => Date.parse(one.createdAt) - Date.parse(other.createdAt),
  );
}

function isClose(own: Photo, createdAt: string) {
  return Math.abs(Date.parse(own.createdAt) - Date.parse(createdAt)) <= CLOSE_MS;
}
