/** Marks over a picture, where what a person looks at was read. */

import { useEffect, useMemo, useRef } from "preact/hooks";

import { boxesOf, directionOf, quadsOf } from "./boxes.ts";
import type { Run } from "../../api.ts";
import type { Attention } from "../../parts/attention.ts";
import type { Word } from "./boxes.ts";
import type { PictureStage } from "./picture-stage.ts";

/**
 * They say nothing that the form and the text beside do not, so they are hidden from screen
 * readers.
 */
export function Marks({
  run,
  attention,
  stage,
  page,
  words,
}: {
  run: Run | null;
  attention: Attention;
  /** that the picture is of */
  page: number;
  /** where its words stand; without them, the reader's */
  words?: Word[] | undefined;
  /** that moves them with the picture */
  stage: { current: PictureStage | null };
}) {
  const drawing = useRef<SVGSVGElement | null>(null);
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
  return (
    <svg
      class="picture-marks"
      viewBox="0 0 1 1"
      preserveAspectRatio="none"
      aria-hidden="true"
      ref={drawing}
    >
      {corners.map((points) => (
        <polygon key={`${points} around`} class="is-around" points={points} />
      ))}
      {corners.map((points) => (
        <polygon key={points} points={points} />
      ))}
    </svg>
  );
}
