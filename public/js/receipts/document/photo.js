// @ts-check
/** A picture to zoom, turn and move, with marks over it. */

import { useLayoutEffect, useRef, useState } from "preact/hooks";

import { Icon } from "../../parts/icon.js";
import { Marks } from "./marks.js";
import { PictureStage } from "./picture-stage.js";
import { html, t } from "../../words.js";

/** @import { ComponentChildren } from "preact" */
/** @import { Run } from "../../api.js" */
/** @import { Attention } from "../../parts/attention.js" */
/** @import { Word } from "./boxes.js" */

/**
 * @param {object} props
 * @param {string} props.address
 * @param {string} props.description
 * @param {Run | null} props.run
 * @param {Attention} props.attention
 * @param {number} [props.page] of the document, from 1
 * @param {Word[]} [props.words] where the page's words stand; without them, the reader's
 * @param {ComponentChildren} [props.children] more tools
 * @param {(key: string) => boolean} [props.onKey] whether it was for them
 */
export function Photo({ address, description, run, attention, page = 1, words, children, onKey }) {
  const stage = useRef(/** @type {HTMLDivElement | null} */ (null));
  const image = useRef(/** @type {HTMLImageElement | null} */ (null));
  const moved = useRef(/** @type {PictureStage | null} */ (null));
  const [state, setState] = useState(/** @type {"loading" | "shown" | "broken"} */ ("loading"));
  // Before the marks ask for it.
  useLayoutEffect(() => {
    if (!stage.current || !image.current) return;
    moved.current = new PictureStage(stage.current, image.current);
    if (image.current.complete && image.current.naturalWidth > 0) setState("shown");
    return () => moved.current?.end();
  }, []);
  if (state === "broken") {
    return html`
      <div class="picture is-broken">
        <${Icon} name="alert" />
        <p>This picture cannot be shown.</p>
        <a class="button" href=${address}>Download the file</a>
      </div>
    `;
  }
  const onLoad = () => {
    setState("shown");
    moved.current?.draw();
  };
  const tools = /** @type {const} */ ([
    [t`Zoom out`, "minus", () => moved.current?.zoomOut()],
    [t`Zoom in`, "plus", () => moved.current?.zoomIn()],
    [t`Fit`, "fit", () => moved.current?.fit()],
    [t`Turn`, "turn", () => moved.current?.turn()],
  ]);
  const keyed = (/** @type {KeyboardEvent} */ event) => {
    if (!event.ctrlKey && !event.metaKey && !event.altKey && onKey?.(event.key)) event.preventDefault();
  };
  const label = t`Picture. Plus and minus zoom, the arrow keys move, R turns, 0 fits.`;
  return html`
    <div class=${state === "loading" ? "picture is-loading" : "picture"}>
      <div class="picture-stage" tabindex="0" role="group" aria-label=${label} ref=${stage} onKeyDown=${keyed}>
        <img
          src=${address}
          alt=${description}
          draggable=${false}
          decoding="async"
          ref=${image}
          onLoad=${onLoad}
          onError=${() => setState("broken")}
        />
        <${Marks} run=${run} attention=${attention} stage=${moved} page=${page} words=${words} />
      </div>
      <div class="picture-tools">
        ${children}
        ${tools.map(
          ([name, symbol, onClick]) => html`
            <button key=${name} type="button" class="icon-button" aria-label=${name} title=${name} onClick=${onClick}>
              <${Icon} name=${symbol} />
            </button>
          `,
        )}
      </div>
    </div>
  `;
}
