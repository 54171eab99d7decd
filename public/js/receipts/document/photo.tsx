/** A picture to zoom, turn and move, with marks over it. */

import { useLayoutEffect, useRef, useState } from "preact/hooks";

import { Icon } from "../../parts/icon.tsx";
import { Marks } from "./marks.tsx";
import { PictureStage } from "./picture-stage.ts";
import { t } from "../../words.ts";
import type { ComponentChildren } from "preact";
import type { Run } from "../../api.ts";
import type { Attention } from "../../parts/attention.ts";
import type { Word } from "./boxes.ts";

export function Photo({
  address,
  description,
  run,
  attention,
  page = 1,
  words,
  children,
  onKey,
}: {
  address: string;
  description: string;
  run: Run | null;
  attention: Attention;
  /** of the document, from 1 */
  page?: number;
  /** where the page's words stand; without them, the reader's */
  words?: Word[];
  /** more tools */
  children?: ComponentChildren;
  /** whether it was for them */
  onKey?: (key: string) => boolean;
}) {
  const stage = useRef<HTMLDivElement | null>(null);
  const image = useRef<HTMLImageElement | null>(null);
  const moved = useRef<PictureStage | null>(null);
  const [state, setState] = useState<"loading" | "shown" | "broken">("loading");
  // Before the marks ask for it.
  useLayoutEffect(() => {
    if (!stage.current || !image.current) return;
    moved.current = new PictureStage(stage.current, image.current);
    if (image.current.complete && image.current.naturalWidth > 0) setState("shown");
    return () => moved.current?.end();
  }, []);
  if (state === "broken") {
    return (
      <div class="picture is-broken">
        <Icon name="alert" />
        <p>This picture cannot be shown.</p>
        <a class="button" href={address}>
          Download the file
        </a>
      </div>
    );
  }
  const onLoad = () => {
    setState("shown");
    moved.current?.draw();
  };
  const tools = [
    [t`Zoom out`, "minus", () => moved.current?.zoomOut()],
    [t`Zoom in`, "plus", () => moved.current?.zoomIn()],
    [t`Fit`, "fit", () => moved.current?.fit()],
    [t`Turn`, "turn", () => moved.current?.turn()],
  ] as const;
  const keyed = (event: KeyboardEvent) => {
    if (!event.ctrlKey && !event.metaKey && !event.altKey && onKey?.(event.key))
      event.preventDefault();
  };
  const label = t`Picture. Plus and minus zoom, the arrow keys move, R turns, 0 fits.`;
  return (
    <div class={state === "loading" ? "picture is-loading" : "picture"}>
      <div
        class="picture-stage"
        tabindex={0}
        role="group"
        aria-label={label}
        ref={stage}
        onKeyDown={keyed}
      >
        <img
          src={address}
          alt={description}
          draggable={false}
          decoding="async"
          ref={image}
          onLoad={onLoad}
          onError={() => setState("broken")}
        />
        <Marks run={run} attention={attention} stage={moved} page={page} words={words} />
      </div>
      <div class="picture-tools">
        {children}
        {tools.map(([name, symbol, onClick]) => (
          <button
            key={name}
            type="button"
            class="icon-button"
            aria-label={name}
            title={name}
            onClick={onClick}
          >
            <Icon name={symbol} />
          </button>
        ))}
      </div>
    </div>
  );
}
