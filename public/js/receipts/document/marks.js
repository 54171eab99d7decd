// @ts-check
/** Marks over a picture, where what a person looks at was read. */

import { useEffect, useMemo, useRef } from "preact/hooks";

import { boxesOf, directionOf, quadsOf } from "./boxes.js";
import { html } from "../../words.js";

/** @import { Run } from "../../api.js" */
/** @import { Attention } from "../../parts/attention.js" */
/** @import { Word } from "./boxes.js" */
/** @import { PictureStage } from "./picture-stage.js" */

/**
 * They say nothing that the form and the text beside do not, so they are hidden from screen readers.
 *
 * @param {object} props
 * @param {Run | null} props.run
 * @param {Attention} props.attention
 * @param {number} props.page that the picture is of
 * @param {Word[]} [props.words] where its words stand; without them, the reader's
 * @param {{ current: PictureStage | null }} props.stage that moves them with the picture
 */
export function Marks({ run, attention, stage, page, words }) {
  const drawing = useRef(/** @type {SVGSVGElement | null} */ (null));
  const field = attention.active.value;
  const line = attention.line.value;
  const placed = words ?? (run ? boxesOf(run, page) : []);
  const quads = run ? quadsOf(run, { field, line }, placed) : [];
  const text = useMemo(() => directionOf(placed), [words, run, page]);
  const corners = quads.map((quad) => quad.join(" "));
  useEffect(() => stage.current?.lay(drawing.current), []);
  useEffect(() => stage.current?.stand(text), [text?.across, text?.down]);
  useEffect(() => {
    if (quads.length > 0) stage.current?.reveal(quads);
  }, [corners.join(" ")]);
  return html`
    <svg class="picture-marks" viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden="true" ref=${drawing}>
      ${corners.map((points) => html`<polygon key=${`${points} around`} class="is-around" points=${points} />`)}
      ${corners.map((points) => html`<polygon key=${points} points=${points} />`)}
    </svg>
  `;
}
