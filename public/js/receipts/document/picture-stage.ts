/**
 * A picture that is zoomed, turned and moved, with what lies over it: by wheel, pointers and keys.
 * It changes the elements that it is given.
 */

import { turnsUpright } from "./boxes.ts";
import type { Direction, Quad } from "./boxes.ts";

const MAX_ZOOM = 8;
const STEP = 1.4;
const PAN_PX = 60;
const DOUBLE_TAP_ZOOM = 2.5;
/** Between what is revealed and the edge. */
const MARGIN_PX = 24;

export class PictureStage {
  #zoom = 1;
  #x = 0;
  #y = 0;
  #turns = 0;
  #isTurnedByHand = false;
  #text: Direction | null = null;
  #image;
  #stage;
  #overlay: SVGSVGElement | null = null;
  #pointers: Map<number, { x: number; y: number }> = new Map();
  #sizes = new ResizeObserver(() => this.draw());

  /** @param image in it */
  constructor(stage: HTMLElement, image: HTMLImageElement) {
    this.#stage = stage;
    this.#image = image;
    this.#sizes.observe(stage);
    this.#listen();
  }

  /** The elements go. */
  end() {
    this.#sizes.disconnect();
  }

  /** @param overlay as large as the picture, and moved with it */
  lay(overlay: SVGSVGElement | null) {
    this.#overlay = overlay;
    this.draw();
  }

  /**
   * Stand it upright, unless somebody turned it.
   *
   * @param text which way its text runs
   */
  stand(text: Direction | null) {
    this.#text = text;
    this.draw();
  }

  /** Where only part of the picture is seen: move so that these are in it. */
  reveal(quads: Quad[]) {
    if (this.#zoom === 1) return;
    const { clientWidth, clientHeight } = this.#stage;
    const { width, height } = this.#fitted();
    const angle = (Math.PI / 2) * this.#turns;
    const [cos, sin] = [Math.round(Math.cos(angle)), Math.round(Math.sin(angle))];
    const across: number[] = [];
    const down: number[] = [];
    for (const quad of quads) {
      for (let corner = 0; corner < quad.length; corner += 2) {
        // From the middle of the picture, at its zoom.
        const x = ((quad[corner] ?? 0) - 0.5) * width * this.#zoom;
        const y = ((quad[corner + 1] ?? 0) - 0.5) * height * this.#zoom;
        across.push(x * cos - y * sin);
        down.push(x * sin + y * cos);
      }
    }
    const x = intoView(across, this.#x, clientWidth / 2 - MARGIN_PX);
    const y = intoView(down, this.#y, clientHeight / 2 - MARGIN_PX);
    if (x === this.#x && y === this.#y) return;
    this.#x = x;
    this.#y = y;
    this.draw();
    this.#stage.classList.add("is-gliding");
  }

  zoomIn() {
    this.#zoomBy(STEP);
  }

  zoomOut() {
    this.#zoomBy(1 / STEP);
  }

  #listen() {
    const stage = this.#stage;
    stage.addEventListener("wheel", (event) => this.#onWheel(event), { passive: false });
    stage.addEventListener("dblclick", (event) => {
      if (this.#zoom > 1) this.fit();
      else this.#zoomBy(DOUBLE_TAP_ZOOM, this.#fromMiddle(event));
    });
    stage.addEventListener("pointerdown", (event) => {
      stage.setPointerCapture(event.pointerId);
      this.#pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    });
    stage.addEventListener("pointermove", (event) => this.#onMove(event));
    for (const type of ["pointerup", "pointercancel"] as const) {
      stage.addEventListener(type, (event) => this.#pointers.delete(event.pointerId));
    }
    stage.addEventListener("keydown", (event) => this.#onKey(event));
  }

  /** @param event a pinch on a trackpad comes as a wheel with Ctrl */
  #onWheel(event: WheelEvent) {
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      this.#zoomBy(Math.exp(-event.deltaY / 200), this.#fromMiddle(event));
    } else if (this.#zoom > 1) {
      event.preventDefault();
      this.#moveBy(-event.deltaX, -event.deltaY);
    }
  }

  /** @param event one pointer moves, two pinch */
  #onMove(event: PointerEvent) {
    const before = this.#pointers.get(event.pointerId);
    if (!before) return;
    const now = { x: event.clientX, y: event.clientY };
    const other = [...this.#pointers].find(([id]) => id !== event.pointerId)?.[1];
    this.#pointers.set(event.pointerId, now);
    if (!other) {
      this.#moveBy(now.x - before.x, now.y - before.y);
      return;
    }
    const spread = (at: { x: number; y: number }) => Math.hypot(at.x - other.x, at.y - other.y);
    const middle = { clientX: (now.x + other.x) / 2, clientY: (now.y + other.y) / 2 };
    if (spread(before) > 0) this.#zoomBy(spread(now) / spread(before), this.#fromMiddle(middle));
  }

  #onKey(event: KeyboardEvent) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const actions: Record<string, () => void> = {
      "+": () => this.#zoomBy(STEP),
      "=": () => this.#zoomBy(STEP),
      "-": () => this.#zoomBy(1 / STEP),
      0: () => this.fit(),
      r: () => this.turn(),
      ArrowLeft: () => this.#moveBy(PAN_PX, 0),
      ArrowRight: () => this.#moveBy(-PAN_PX, 0),
      ArrowUp: () => this.#moveBy(0, PAN_PX),
      ArrowDown: () => this.#moveBy(0, -PAN_PX),
    };
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  }

  /** @returns from the middle of the stage, in CSS pixels */
  #fromMiddle({ clientX, clientY }: { clientX: number; clientY: number }): {
    x: number;
    y: number;
  } {
    const box = this.#stage.getBoundingClientRect();
    return { x: clientX - box.left - box.width / 2, y: clientY - box.top - box.height / 2 };
  }

  /** @param fixed the point that stays where it is, from the middle */
  #zoomBy(factor: number, fixed: { x: number; y: number } = { x: 0, y: 0 }) {
    const zoom = Math.min(MAX_ZOOM, Math.max(1, this.#zoom * factor));
    const grown = zoom / this.#zoom;
    this.#x = fixed.x - (fixed.x - this.#x) * grown;
    this.#y = fixed.y - (fixed.y - this.#y) * grown;
    this.#zoom = zoom;
    this.draw();
  }

  #moveBy(x: number, y: number) {
    this.#x += x;
    this.#y += y;
    this.draw();
  }

  turn() {
    this.#isTurnedByHand = true;
    this.#turns = (this.#turns + 1) % 4;
    this.fit();
  }

  fit() {
    this.#zoom = 1;
    this.#x = 0;
    this.#y = 0;
    this.draw();
  }

  /** The picture's own sides as they are shown without zoom, before it is turned, in CSS pixels. */
  #fitted() {
    const { clientWidth, clientHeight } = this.#stage;
    const { naturalWidth, naturalHeight } = this.#image;
    const isOnSide = this.#turns % 2 === 1;
    const [width, height] = isOnSide
      ? [naturalHeight, naturalWidth]
      : [naturalWidth, naturalHeight];
    const fit = Math.min(clientWidth / width, clientHeight / height);
    return { width: naturalWidth * fit, height: naturalHeight * fit, isOnSide };
  }

  /** Draw it, with no more room at the edges than there is picture beyond them. */
  draw() {
    const { clientWidth, clientHeight } = this.#stage;
    const { naturalWidth, naturalHeight } = this.#image;
    if (!clientWidth || !naturalWidth) return;
    if (!this.#isTurnedByHand)
      this.#turns = this.#text ? turnsUpright(this.#text, naturalWidth / naturalHeight) : 0;
    const { width, height, isOnSide } = this.#fitted();
    const [shownWidth, shownHeight] = isOnSide ? [height, width] : [width, height];
    const slackX = Math.max(0, (shownWidth * this.#zoom - clientWidth) / 2);
    const slackY = Math.max(0, (shownHeight * this.#zoom - clientHeight) / 2);
    this.#x = Math.min(slackX, Math.max(-slackX, this.#x));
    this.#y = Math.min(slackY, Math.max(-slackY, this.#y));
    this.#stage.classList.toggle("is-zoomed", this.#zoom > 1);
    this.#stage.classList.remove("is-gliding");
    const place = `translate(-50%, -50%) translate(${this.#x}px, ${this.#y}px) rotate(${90 * this.#turns}deg)`;
    const { style } = this.#image;
    style.width = `${width}px`;
    style.height = `${height}px`;
    style.transform = `${place} scale(${this.#zoom})`;
    if (!this.#overlay) return;
    // In full size and not scaled, so that its lines stay as thin as they are.
    this.#overlay.style.width = `${width * this.#zoom}px`;
    this.#overlay.style.height = `${height * this.#zoom}px`;
    this.#overlay.style.transform = place;
  }
}

/**
 * @param points along one axis, from the middle of the picture @param moved by how much the
 * picture is moved @param half how far from the middle of the stage is seen @returns by how much
 * to move it so that the points are seen, of what is too large its beginning: as before where they
 * are seen
 */
function intoView(points: number[], moved: number, half: number): number {
  const [least, most] = [Math.min(...points), Math.max(...points)];
  if (least + moved >= -half && most + moved <= half) return moved;
  return most - least > 2 * half ? -half - least : -(least + most) / 2;
}
