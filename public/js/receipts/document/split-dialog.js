// @ts-check
/** A photo of several receipts is cut by lines, and its parts are handed in. */

import { useEffect, useRef, useState } from "preact/hooks";

import { request } from "../../api/client.js";
import { notify } from "../../notifications/notices.js";
import { Dialog } from "../../parts/dialog.js";
import { go } from "../../shell/address.js";
import { sentenceOf } from "../../state/request.js";
import { sync } from "../../state/runs.js";
import { html, t } from "../../words.js";
import { boxesOf, directionOf, turnsUpright } from "./boxes.js";
import { largest, partsOf } from "./cuts.js";

/** @import { ReceiptFile, Run } from "../../api.js" */
/** @import { Cut, Part } from "./cuts.js" */

/** What is shown, and what is handed in: far more than a reader looks at. */
const SHOWN_PIXELS = 1_000_000;
const MOST_PIXELS = 8_000_000;
const QUALITY = 0.92;
const MOST_PARTS = 8;
/** Parts of a hundred; a thinner strip is no receipt. */
const EDGE = 3;
/** @type {Part} */
const WHOLE = { x: 0, y: 0, width: 1, height: 1 };

/** @typedef {{ image: HTMLImageElement, turns: number }} Picture turned by so many quarters to be upright */

/** @param {{ run: Run, receipt: ReceiptFile, onClose: () => void }} props */
export default function SplitDialog({ run, receipt, onClose }) {
  const [picture, setPicture] = useState(/** @type {Picture | null} */ (null));
  const [problem, setProblem] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [cuts, setCuts] = useState(/** @type {Cut[]} */ ([]));
  useEffect(() => {
    const image = new Image();
    image.onload = () => {
      const { naturalWidth, naturalHeight } = image;
      const text = directionOf(boxesOf(run, 1));
      const turns = text ? turnsUpright(text, naturalWidth / naturalHeight) : 0;
      const isTall = turns % 2 ? naturalWidth > naturalHeight : naturalHeight > naturalWidth;
      setCuts([{ part: 0, isAcross: isTall, at: 0.5 }]);
      setPicture({ image, turns });
    };
    image.onerror = () => setProblem(t`This browser cannot open the picture. Crop it with another program, and upload each receipt by itself.`);
    image.src = receipt.imageUrl;
  }, []);
  const parts = partsOf(cuts);
  const last = cuts.at(-1);
  const change = (/** @type {Partial<Cut>} */ values) => setCuts((before) => before.map((cut, at) => (at < before.length - 1 ? cut : { ...cut, ...values })));

  async function store() {
    if (!picture) return;
    setBusy(true);
    setProblem("");
    try {
      const form = new FormData();
      const stem = (receipt.fileName ?? "receipt").replace(/\.\w+$/, "");
      for (const [at, part] of parts.entries()) form.append("part", await cropped(picture, part), `${stem}-${at + 1}.jpg`);
      const answer = await request(`/api/receipts/${encodeURIComponent(receipt.id)}/parts`, { method: "POST", body: form });
      const split = /** @type {{ parts: { runId: string }[] }} */ (await answer.json());
      sync.poke();
      onClose();
      notify(t`Split. Each part is read as a receipt of its own.`, { kind: "success" });
      go(`/runs/${split.parts[0]?.runId ?? run.id}`);
    } catch (error) {
      setProblem(sentenceOf(error));
      setBusy(false);
    }
  }

  const isReady = picture !== null && last !== undefined;
  const dialog = { isBusy, problem, onClose, ...(isReady ? { action: t`Split into ${parts.length} receipts`, onAction: store } : {}) };
  return html`
    <${Dialog} title="Split this picture" ...${dialog}>
      <p>Draw the line between two receipts. Each part becomes a receipt of its own, and this one is rejected as split.</p>
      ${isReady
        ? html`
            <${Cutting} picture=${picture} parts=${parts} cut=${last} before=${partsOf(cuts.slice(0, -1))} onChange=${change} />
            <div class="split-lines">
              <button
                type="button"
                class="button small"
                disabled=${parts.length >= MOST_PARTS}
                onClick=${() => setCuts([...cuts, { part: largest(parts), isAcross: last.isAcross, at: 0.5 }])}
              >
                Add a line
              </button>
              <button type="button" class="button small" disabled=${cuts.length === 1} onClick=${() => setCuts(cuts.slice(0, -1))}>
                Take the last line away
              </button>
            </div>
          `
        : !problem && html`<p class="quiet" role="status">The picture is being opened …</p>`}
    <//>
  `;
}

/**
 * The picture with its parts, and the last line to be moved.
 *
 * @param {object} props
 * @param {Picture} props.picture
 * @param {Part[]} props.parts
 * @param {Part[]} props.before the parts that there are without the line
 * @param {Cut} props.cut
 * @param {(values: Partial<Cut>) => void} props.onChange
 */
function Cutting({ picture, parts, before, cut, onChange }) {
  const canvas = useRef(/** @type {HTMLCanvasElement | null} */ (null));
  useEffect(() => void (canvas.current && draw(canvas.current, picture, WHOLE, SHOWN_PIXELS)), [picture]);
  const own = before[cut.part] ?? WHOLE;
  const move = (/** @type {PointerEvent} */ event) => {
    if (!(event.currentTarget instanceof HTMLElement) || event.buttons === 0) return;
    const box = event.currentTarget.getBoundingClientRect();
    const [x, y] = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
    onChange({ at: kept(cut.isAcross ? (y - own.y) / own.height : (x - own.x) / own.width) });
  };
  const hold = (/** @type {PointerEvent} */ event) => {
    if (event.currentTarget instanceof HTMLElement) event.currentTarget.setPointerCapture(event.pointerId);
    move(event);
  };
  const percent = Math.round(cut.at * 100);
  return html`
    <div class="split-stage" onPointerDown=${hold} onPointerMove=${move}>
      <canvas role="img" aria-label=${t`The picture, cut into ${parts.length} parts`} ref=${canvas}></canvas>
      ${parts.map(
        ({ x, y, width, height }, at) => html`
          <span
            key=${at}
            class="split-part"
            aria-hidden="true"
            style=${{ left: `${x * 100}%`, top: `${y * 100}%`, width: `${width * 100}%`, height: `${height * 100}%` }}
          ><b>${at + 1}</b></span>
        `,
      )}
    </div>
    <fieldset class="split-way">
      <legend>How the receipts lie</legend>
      ${/** @type {[boolean, string][]} */ ([
        [true, t`One above the other`],
        [false, t`Side by side`],
      ]).map(
        ([isAcross, label]) => html`
          <label key=${label}><input type="radio" name="split-way" checked=${cut.isAcross === isAcross} onChange=${() => onChange({ isAcross })} />${label}</label>
        `,
      )}
    </fieldset>
    ${before.length > 1 &&
    html`
      <label class="split-field">
        <span>The line cuts part</span>
        <select value=${String(cut.part)} onChange=${(/** @type {Event} */ { currentTarget }) => onChange({ part: Number(/** @type {HTMLSelectElement} */ (currentTarget).value) })}>
          ${before.map((_, at) => html`<option key=${at} value=${String(at)}>${at + 1}</option>`)}
        </select>
      </label>
    `}
    <label class="split-field">
      <span>Where the line is</span>
      <input
        type="range"
        min=${EDGE}
        max=${100 - EDGE}
        value=${percent}
        aria-valuetext=${t`${percent} percent`}
        onInput=${(/** @type {Event} */ { currentTarget }) => onChange({ at: Number(/** @type {HTMLInputElement} */ (currentTarget).value) / 100 })}
      />
    </label>
  `;
}

/** @param {number} at @returns {number} not at the very edge */
function kept(at) {
  return Math.min(1 - EDGE / 100, Math.max(EDGE / 100, at));
}

/**
 * Draw a part of the picture, upright.
 *
 * @param {HTMLCanvasElement} canvas that takes the part's size
 * @param {Picture} picture
 * @param {Part} part
 * @param {number} mostPixels
 */
function draw(canvas, { image, turns }, part, mostPixels) {
  const { naturalWidth, naturalHeight } = image;
  const [width, height] = turns % 2 ? [naturalHeight, naturalWidth] : [naturalWidth, naturalHeight];
  const scale = Math.min(1, Math.sqrt(mostPixels / (width * part.width * height * part.height)));
  canvas.width = Math.max(1, Math.round(width * part.width * scale));
  canvas.height = Math.max(1, Math.round(height * part.height * scale));
  const drawing = canvas.getContext("2d");
  if (!drawing) return;
  drawing.fillStyle = "white";
  drawing.fillRect(0, 0, canvas.width, canvas.height);
  drawing.scale(scale, scale);
  drawing.translate(width * (0.5 - part.x), height * (0.5 - part.y));
  drawing.rotate((turns * Math.PI) / 2);
  drawing.drawImage(image, -naturalWidth / 2, -naturalHeight / 2);
}

/** @param {Picture} picture @param {Part} part @returns {Promise<Blob>} a JPEG */
function cropped(picture, part) {
  const canvas = document.createElement("canvas");
  draw(canvas, picture, part, MOST_PIXELS);
  return new Promise((resolve, reject) => {
    const take = (/** @type {Blob | null} */ blob) =>
      blob ? resolve(blob) : reject(new Error(t`This browser could not cut the picture. Crop it with another program, and upload each receipt by itself.`));
    canvas.toBlob(take, "image/jpeg", QUALITY);
  });
}
