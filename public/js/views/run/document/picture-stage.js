// @ts-check
/** A picture that is zoomed, turned and moved: by wheel, pointers and keys. It changes the elements that it is given. */

const MAX_ZOOM = 8;
const STEP = 1.4;
const PAN_PX = 60;
const DOUBLE_TAP_ZOOM = 2.5;

export class PictureStage {
  #zoom = 1;
  #x = 0;
  #y = 0;
  #turns = 0;
  #image;
  #stage;
  /** @type {Map<number, { x: number, y: number }>} */
  #pointers = new Map();
  #sizes = new ResizeObserver(() => this.draw());

  /**
   * @param {HTMLElement} stage
   * @param {HTMLImageElement} image in it
   */
  constructor(stage, image) {
    this.#stage = stage;
    this.#image = image;
    this.#sizes.observe(stage);
    this.#listen();
  }

  /** The elements go. */
  end() {
    this.#sizes.disconnect();
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
    for (const type of /** @type {const} */ (["pointerup", "pointercancel"])) {
      stage.addEventListener(type, (event) => this.#pointers.delete(event.pointerId));
    }
    stage.addEventListener("keydown", (event) => this.#onKey(event));
  }

  /** @param {WheelEvent} event a pinch on a trackpad comes as a wheel with Ctrl */
  #onWheel(event) {
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      this.#zoomBy(Math.exp(-event.deltaY / 200), this.#fromMiddle(event));
    } else if (this.#zoom > 1) {
      event.preventDefault();
      this.#moveBy(-event.deltaX, -event.deltaY);
    }
  }

  /** @param {PointerEvent} event one pointer moves, two pinch */
  #onMove(event) {
    const before = this.#pointers.get(event.pointerId);
    if (!before) return;
    const now = { x: event.clientX, y: event.clientY };
    const other = [...this.#pointers].find(([id]) => id !== event.pointerId)?.[1];
    this.#pointers.set(event.pointerId, now);
    if (!other) {
      this.#moveBy(now.x - before.x, now.y - before.y);
      return;
    }
    const spread = (/** @type {{ x: number, y: number }} */ at) => Math.hypot(at.x - other.x, at.y - other.y);
    const middle = { clientX: (now.x + other.x) / 2, clientY: (now.y + other.y) / 2 };
    if (spread(before) > 0) this.#zoomBy(spread(now) / spread(before), this.#fromMiddle(middle));
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    /** @type {Record<string, () => void>} */
    const actions = {
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

  /**
   * @param {{ clientX: number, clientY: number }} at
   * @returns {{ x: number, y: number }} from the middle of the stage, in CSS pixels
   */
  #fromMiddle({ clientX, clientY }) {
    const box = this.#stage.getBoundingClientRect();
    return { x: clientX - box.left - box.width / 2, y: clientY - box.top - box.height / 2 };
  }

  /**
   * @param {number} factor
   * @param {{ x: number, y: number }} [fixed] the point that stays where it is, from the middle
   */
  #zoomBy(factor, fixed = { x: 0, y: 0 }) {
    const zoom = Math.min(MAX_ZOOM, Math.max(1, this.#zoom * factor));
    const grown = zoom / this.#zoom;
    this.#x = fixed.x - (fixed.x - this.#x) * grown;
    this.#y = fixed.y - (fixed.y - this.#y) * grown;
    this.#zoom = zoom;
    this.draw();
  }

  /**
   * @param {number} x
   * @param {number} y
   */
  #moveBy(x, y) {
    this.#x += x;
    this.#y += y;
    this.draw();
  }

  turn() {
    this.#turns = (this.#turns + 1) % 4;
    this.fit();
  }

  fit() {
    this.#zoom = 1;
    this.#x = 0;
    this.#y = 0;
    this.draw();
  }

  /** Draw it, with no more room at the edges than there is picture beyond them. */
  draw() {
    const { clientWidth, clientHeight } = this.#stage;
    const { naturalWidth, naturalHeight } = this.#image;
    if (!clientWidth || !naturalWidth) return;
    const isOnSide = this.#turns % 2 === 1;
    const [width, height] = isOnSide ? [naturalHeight, naturalWidth] : [naturalWidth, naturalHeight];
    const fit = Math.min(clientWidth / width, clientHeight / height);
    const slackX = Math.max(0, (width * fit * this.#zoom - clientWidth) / 2);
    const slackY = Math.max(0, (height * fit * this.#zoom - clientHeight) / 2);
    this.#x = Math.min(slackX, Math.max(-slackX, this.#x));
    this.#y = Math.min(slackY, Math.max(-slackY, this.#y));
    this.#stage.classList.toggle("is-zoomed", this.#zoom > 1);
    const { style } = this.#image;
    style.width = `${naturalWidth * fit}px`;
    style.height = `${naturalHeight * fit}px`;
    style.transform = `translate(${this.#x}px, ${this.#y}px) rotate(${90 * this.#turns}deg) scale(${this.#zoom})`;
  }
}
