// @ts-check
/** Photos of one long receipt are put in order, and joined. */

import { useState } from "preact/hooks";

import { get, onceOnly, post } from "../../api/client.js";
import { smallPicture } from "../../api.js";
import { moment } from "../../format.js";
import { notify } from "../../notifications/notices.js";
import { Dialog } from "../../parts/dialog.js";
import { Icon } from "../../parts/icon.js";
import { go } from "../../shell/address.js";
import { sentenceOf, useRequest } from "../../state/request.js";
import { sync } from "../../state/runs.js";
import { html, t } from "../../words.js";

/** @import { ReceiptFile, Run, RunSummary } from "../../api.js" */

/** @typedef {{ receipt: ReceiptFile, createdAt: string }} Photo */

const MOST = 5;
/** Photos of one receipt are handed in one right after the other. */
const CLOSE_MS = 2 * 60_000;

/** @param {{ run: Run, receipt: ReceiptFile, onClose: () => void }} props */
export default function JoinDialog({ run, receipt, onClose }) {
  const own = { receipt, createdAt: run.createdAt };
  /** What a person chose, in its order; null: what is proposed. */
  const [chosen, choose] = useState(/** @type {Photo[] | null} */ (null));
  const [problem, setProblem] = useState("");
  const [isBusy, setBusy] = useState(false);
  const { answer, problem: unread } = useRequest(
    (signal) => get("/api/runs", { query: { kind: "receipt", status: "needs_review", limit: 50 }, signal }),
    [],
  );
  const waiting = /** @type {RunSummary[]} */ (/** @type {unknown} */ (answer?.items ?? [])).flatMap(({ receipt: each, createdAt }) =>
    each?.mediaType.startsWith("image/") && each.id !== receipt.id ? [{ receipt: each, createdAt }] : [],
  );
  const photos = chosen ?? proposed(own, waiting);
  const rest = waiting.filter(({ receipt: { id } }) => !photos.some((photo) => photo.receipt.id === id));

  async function join() {
    setBusy(true);
    setProblem("");
    try {
      const receiptIds = photos.map((photo) => photo.receipt.id);
      const joined = await post("/api/receipts/joined", { receiptIds }, { headers: onceOnly() });
      sync.poke();
      onClose();
      notify(t`Joined. The photos are read as one receipt.`, { kind: "success" });
      go(`/runs/${joined.runId}`);
    } catch (error) {
      setProblem(sentenceOf(error));
      setBusy(false);
    }
  }

  /** @param {number} at @param {number} by */
  const move = (at, by) => {
    const moved = [...photos];
    moved.splice(at + by, 0, ...moved.splice(at, 1));
    choose(moved);
  };
  const action = photos.length > 1 ? { action: t`Join ${photos.length} photos`, onAction: join } : {};
  return html`
    <${Dialog} title="Join photos of one receipt" ...${action} ...${{ isBusy, onClose, problem: problem || (unread && sentenceOf(unread)) }}>
      <p>Put the photos in the order of the paper. They are read as one receipt, and are rejected as joined.</p>
      <ol class="join-photos">
        ${photos.map(
          ({ receipt: each, createdAt }, at) => html`
            <li key=${each.id}>
              <${Shown} receipt=${each} createdAt=${createdAt} note=${each.id === receipt.id ? t`This photo` : isClose(own, createdAt) ? t`Handed in within two minutes of this one` : ""} />
              <button type="button" class="icon-button" aria-label=${t`Move photo ${at + 1} up`} disabled=${at === 0} onClick=${() => move(at, -1)}><${Icon} name="up" /></button>
              <button type="button" class="icon-button" aria-label=${t`Move photo ${at + 1} down`} disabled=${at === photos.length - 1} onClick=${() => move(at, 1)}><${Icon} name="down" /></button>
              <button
                type="button"
                class="icon-button"
                aria-label=${t`Leave photo ${at + 1} out`}
                disabled=${each.id === receipt.id}
                onClick=${() => choose(photos.filter((photo) => photo.receipt.id !== each.id))}
              ><${Icon} name="close" /></button>
            </li>
          `,
        )}
      </ol>
      ${rest.length > 0
        ? html`
            <h3>Other photos that wait for a review</h3>
            <ul class="join-photos">
              ${rest.map(
                (photo) => html`
                  <li key=${photo.receipt.id}>
                    <${Shown} receipt=${photo.receipt} createdAt=${photo.createdAt} note="" />
                    <button type="button" class="button small" disabled=${photos.length >= MOST} onClick=${() => choose([...photos, photo])}>Add</button>
                  </li>
                `,
              )}
            </ul>
          `
        : answer && photos.length === 1 && html`<p class="quiet">No other photo waits for a review.</p>`}
    <//>
  `;
}

/** @param {Photo & { note: string }} props */
function Shown({ receipt, createdAt, note }) {
  const picture = smallPicture(receipt, 160);
  return html`
    ${picture && html`<img src=${picture} alt="" loading="lazy" />`}
    <span class="join-photo">
      <span>${receipt.fileName ?? t`A photo without a name`}</span>
      <span class="quiet">${note || moment(createdAt)}</span>
    </span>
  `;
}

/**
 * @param {Photo} own
 * @param {Photo[]} waiting
 * @returns {Photo[]} this one and those that were handed in right before or after it, the first one first
 */
function proposed(own, waiting) {
  const close = waiting.filter(({ createdAt }) => isClose(own, createdAt)).slice(0, MOST - 1);
  return [own, ...close].sort((one, other) => Date.parse(one.createdAt) - Date.parse(other.createdAt));
}

/** @param {Photo} own @param {string} createdAt */
function isClose(own, createdAt) {
  return Math.abs(Date.parse(own.createdAt) - Date.parse(createdAt)) <= CLOSE_MS;
}
