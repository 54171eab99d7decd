/** A photo of several receipts is cut by lines, and its parts are handed in. */

import { useEffect, useRef, useState } from "preact/hooks";

import { request } from "../../api/client.ts";
import { notify } from "../../notifications/notices.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { go } from "../../shell/address.ts";
import { sentenceOf } from "../../state/request.ts";
import { sync } from "../../state/runs.ts";
import { pageOfReceipt } from "../address.ts";
import { t } from "../../words.ts";
import { boxesOf, directionOf, turnsUpright } from "./boxes.ts";
import { largest, partsOf } from "./cuts.ts";
import { useBusy } from "../../parts/use-busy.ts";
import type { ReceiptFile, Run } from "../../api.ts";
import type { Cut, Part } from "./cuts.ts";

/** What is shown, and what is handed in: far more than a reader looks at. */
const SHOWN_PIXELS = 1_000_000;
const MOST_PIXELS = 8_000_000;
const QUALITY = 0.92;
const MOST_PARTS = 8;
/** Parts of a hundred; a thinner strip is no receipt. */
const EDGE = 3;
const WHOLE: Part = { x: 0, y: 0, width: 1, height: 1 };

/** Turned by so many quarters to be upright */
type Picture = { image: HTMLImageElement; turns: number };

export default function SplitDialog({
  run,
  receipt,
  onClose,
}: {
  run: Run;
  receipt: ReceiptFile;
  onClose: () => void;
}) {
  const [picture, setPicture] = useState<Picture | null>(null);
  const [problem, setProblem] = useState("");
  const [isBusy, whileBusy] = useBusy();
  const [cuts, setCuts] = useState<Cut[]>([]);
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
    image.onerror = () =>
      setProblem(
        t`This browser cannot open the picture. Crop it with another program, and upload each receipt by itself.`,
      );
    image.src = receipt.imageUrl;
  }, []);
  const parts = partsOf(cuts);
  const last = cuts.at(-1);
  const change = (values: Partial<Cut>) =>
    setCuts((before) =>
      before.map((cut, at) => (at < before.length - 1 ? cut : { ...cut, ...values })),
    );

  async function store() {
    if (!picture) return;
    return whileBusy(async () => {
      setProblem("");
      try {
        const form = new FormData();
        const stem = (receipt.fileName ?? "receipt").replace(/\.\w+$/, "");
        for (const [at, part] of parts.entries())
          form.append("part", await cropped(picture, part), `${stem}-${at + 1}.jpg`);
        const answer = await request(`/api/receipts/${encodeURIComponent(receipt.id)}/parts`, {
          method: "POST",
          body: form,
          filled: JSON.stringify(cuts),
        });
        const split = answer.body as { parts: { runId: string }[] };
        sync.poke();
        onClose();
        notify(t`Split. Each part is read as a receipt of its own.`, { kind: "success" });
        go(pageOfReceipt(split.parts[0]?.runId ?? run.id));
      } catch (error) {
        setProblem(sentenceOf(error));
      }
    });
  }

  const isReady = picture !== null && last !== undefined;
  const dialog = {
    isBusy,
    problem,
    onClose,
    ...(isReady ? { action: t`Split into ${parts.length} receipts`, onAction: store } : {}),
  };
  return (
    <Dialog title="Split this picture" {...dialog}>
      <p>
        Draw the line between two receipts. Each part becomes a receipt of its own, and this one is
        rejected as split.
      </p>
      {isReady ? (
        <>
          <Cutting
            picture={picture}
            parts={parts}
            cut={last}
            before={partsOf(cuts.slice(0, -1))}
            onChange={change}
          />
          <div class="split-lines">
            <button
              type="button"
              class="button small"
              disabled={parts.length >= MOST_PARTS}
              onClick={() =>
                setCuts([...cuts, { part: largest(parts), isAcross: last.isAcross, at: 0.5 }])
              }
            >
              Add a line
            </button>
            <button
              type="button"
              class="button small"
              disabled={cuts.length === 1}
              onClick={() => setCuts(cuts.slice(0, -1))}
            >
              Take the last line away
            </button>
          </div>
        </>
      ) : (
        !problem && (
          <p class="quiet" role="status">
            The picture is being opened …
          </p>
        )
      )}
    </Dialog>
  );
}

/** The picture with its parts, and the last line to be moved. */
function Cutting({
  picture,
  parts,
  before,
  cut,
  onChange,
}: {
  picture: Picture;
  parts: Part[];
  /** the parts that there are without the line */
  before: Part[];
  cut: Cut;
  onChange: (values: Partial<Cut>) => void;
}) {
  const canvas = useRef<HTMLCanvasElement | null>(null);
  useEffect(
    () => void (canvas.current && draw(canvas.current, picture, WHOLE, SHOWN_PIXELS)),
    [picture],
  );
  const own = before[cut.part] ?? WHOLE;
  const move = (event: PointerEvent) => {
    if (!(event.currentTarget instanceof HTMLElement) || event.buttons === 0) return;
    const box = event.currentTarget.getBoundingClientRect();
    const [x, y] = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
    onChange({ at: kept(cut.isAcross ? (y - own.y) / own.height : (x - own.x) / own.width) });
  };
  const hold = (event: PointerEvent) => {
    if (event.currentTarget instanceof HTMLElement)
      event.currentTarget.setPointerCapture(event.pointerId);
    move(event);
  };
  const percent = Math.round(cut.at * 100);
  return (
    <>
      <div class="split-stage" onPointerDown={hold} onPointerMove={move}>
        <canvas
          role="img"
          aria-label={t`The picture, cut into ${parts.length} parts`}
          ref={canvas}
        />
        {parts.map(({ x, y, width, height }, at) => (
          <span
            key={at}
            class="split-part"
            aria-hidden="true"
            style={{
              left: `${x * 100}%`,
              top: `${y * 100}%`,
              width: `${width * 100}%`,
              height: `${height * 100}%`,
            }}
          >
            <b>{at + 1}</b>
          </span>
        ))}
      </div>
      <fieldset class="split-way">
        <legend>How the receipts lie</legend>
        {(
          [
            [true, t`One above the other`],
            [false, t`Side by side`],
          ] as [boolean, string][]
        ).map(([isAcross, label]) => (
          <label key={label}>
            <input
              type="radio"
              name="split-way"
              checked={cut.isAcross === isAcross}
              onChange={() => onChange({ isAcross })}
            />
            {label}
          </label>
        ))}
      </fieldset>
      {before.length > 1 && (
        <label class="split-field">
          <span>The line cuts part</span>
          <select
            value={String(cut.part)}
            onChange={({ currentTarget }: Event) =>
              onChange({ part: Number((currentTarget as HTMLSelectElement).value) })
            }
          >
            {before.map((_, at) => (
              <option key={at} value={String(at)}>
                {at + 1}
              </option>
            ))}
          </select>
        </label>
      )}
      <label class="split-field">
        <span>Where the line is</span>
        <input
          type="range"
          min={EDGE}
          max={100 - EDGE}
          value={percent}
          aria-valuetext={t`${percent} percent`}
          onInput={({ currentTarget }: Event) =>
            onChange({ at: Number((currentTarget as HTMLInputElement).value) / 100 })
          }
        />
      </label>
    </>
  );
}

/** @returns not at the very edge */
function kept(at: number): number {
  return Math.min(1 - EDGE / 100, Math.max(EDGE / 100, at));
}

/**
 * Draw a part of the picture, upright.
 *
 * @param canvas that takes the part's size
 */
function draw(
  canvas: HTMLCanvasElement,
  { image, turns }: Picture,
  part: Part,
  mostPixels: number,
) {
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

/** @returns a JPEG */
function cropped(picture: Picture, part: Part): Promise<Blob> {
  const canvas = document.createElement("canvas");
  draw(canvas, picture, part, MOST_PIXELS);
  return new Promise((resolve, reject) => {
    const take = (blob: Blob | null) =>
      blob
        ? resolve(blob)
        : reject(
            new Error(
              t`This browser could not cut the picture. Crop it with another program, and upload
                each receipt by itself.`,
            ),
          );
    canvas.toBlob(take, "image/jpeg", QUALITY);
  });
}
