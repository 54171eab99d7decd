// @ts-check
/** The list of receipts: those of this visit first, in the order they were chosen, then the others, newest first. */

import { BulkOperations } from "./bulk.js";
import { byId, setText } from "./dom.js";
import { knownModel, Row, runModel, uploadModel } from "./row.js";
import { thumbnailOf } from "./thumbnails.js";

/** @import { ListName, RunStore } from "./store.js" */
/** @import { RowModel } from "./row.js" */
/** @import { Sync } from "./sync.js" */
/** @import { Upload, Uploads } from "./uploads.js" */

const MINUTE_MS = 60_000;

export class ListView {
  #store;
  #uploads;
  #sync;
  /** @type {ListName} */
  #name = "all";
  /** @type {Map<string, Row>} */
  #rows = new Map();
  /** Local pictures by upload key; null while one is being made. @type {Map<string, string | null>} */
  #pictures = new Map();
  #isScheduled = false;
  #isLoading = false;
  #element = byId("list-view", HTMLElement);
  #list = byId("rows", HTMLUListElement);
  #more = byId("load-more", HTMLButtonElement);
  #nearEnd;
  #scrollY = 0;
  #bulk;

  /**
   * @param {RunStore} store
   * @param {Uploads} uploads
   * @param {Sync} sync
   * @param {(error: unknown) => void} onError
   */
  constructor(store, uploads, sync, onError) {
    this.#store = store;
    this.#uploads = uploads;
    this.#sync = sync;
    store.addEventListener("change", () => this.#schedule());
    uploads.addEventListener("change", (event) => {
      this.#takePicture(/** @type {CustomEvent<{ upload: Upload }>} */ (event).detail.upload);
      this.#schedule();
    });
    this.#bulk = new BulkOperations(store, () => sync.poke(), onError);
    this.#bulk.addEventListener("change", () => this.#schedule());
    const loadMore = () => this.#loadMore().catch(onError);
    this.#more.addEventListener("click", loadMore);
    this.#nearEnd = new IntersectionObserver(([seen]) => seen?.isIntersecting && loadMore(), { rootMargin: "600px" });
    this.#nearEnd.observe(this.#more);
    setInterval(() => !document.hidden && this.#schedule(), MINUTE_MS); // "2 min ago" grows old
  }

  /** @param {ListName} name */
  show(name) {
    const isOther = name !== this.#name;
    this.#name = name;
    this.#element.hidden = false;
    this.#render();
    scrollTo({ top: isOther ? 0 : this.#scrollY, behavior: "instant" });
  }

  hide() {
    if (this.#element.hidden) return;
    this.#scrollY = scrollY;
    this.#element.hidden = true;
  }

  /**
   * Put the focus where the user left it.
   *
   * @param {string} runId
   */
  focusRun(runId) {
    const local = this.#uploads.items.find((upload) => upload.state === "accepted" && upload.runId === runId);
    this.#rows.get(local?.key ?? runId)?.focus();
  }

  async #loadMore() {
    if (this.#isLoading || this.#element.hidden) return;
    this.#isLoading = true;
    try {
      await this.#sync.loadMore(this.#name);
    } finally {
      this.#isLoading = false;
    }
    // Observing anew asks again whether the end is near.
    this.#nearEnd.unobserve(this.#more);
    this.#nearEnd.observe(this.#more);
  }

  /** @param {Upload} upload */
  #takePicture(upload) {
    if (upload.state !== "waiting" || this.#pictures.has(upload.key)) return;
    this.#pictures.set(upload.key, null);
    thumbnailOf(upload.file).then((address) => {
      if (address) this.#pictures.set(upload.key, address);
      else this.#pictures.delete(upload.key);
      this.#schedule();
    });
  }

  #schedule() {
    if (this.#isScheduled || this.#element.hidden) return;
    this.#isScheduled = true;
    requestAnimationFrame(() => {
      this.#isScheduled = false;
      this.#render();
    });
  }

  #render() {
    const models = this.#models();
    const keys = new Set(models.map((model) => model.key));
    for (const [key, row] of this.#rows) {
      if (keys.has(key)) continue;
      row.element.remove();
      this.#rows.delete(key);
    }
    models.forEach((model, index) => {
      const row = this.#rows.get(model.key) ?? this.#newRow(model.key);
      row.update(model);
      const there = this.#list.children[index];
      if (there !== row.element) this.#list.insertBefore(row.element, there ?? null);
    });
    this.#renderAround(models.length);
  }

  /** @param {number} count of rows */
  #renderAround(count) {
    const isLoaded = this.#store.isLoaded(this.#name);
    byId("rows-loading", HTMLElement).hidden = isLoaded || count > 0;
    this.#list.hidden = count === 0;
    byId("empty-all", HTMLElement).hidden = !(isLoaded && count === 0 && this.#name === "all");
    byId("empty-review", HTMLElement).hidden = !(isLoaded && count === 0 && this.#name === "review");
    byId("empty-failed", HTMLElement).hidden = !(isLoaded && count === 0 && this.#name === "failed");
    for (const id of ["add-strip", "add-bar"]) {
      byId(id, HTMLElement).hidden = isLoaded && count === 0 && this.#name === "all"; // the empty list offers the same
    }
    this.#more.hidden = this.#store.cursor(this.#name) === null;
    byId("tab-all", HTMLElement).toggleAttribute("aria-current", this.#name === "all");
    byId("tab-review", HTMLElement).toggleAttribute("aria-current", this.#name === "review");
    byId("tab-failed", HTMLElement).toggleAttribute("aria-current", this.#name === "failed");
    this.#renderCount(byId("review-count", HTMLElement), this.#store.count("review"));
    this.#renderCount(byId("failed-count", HTMLElement), this.#store.count("failed"));
    // Who has no failed receipts need not know that there is such a list.
    byId("tab-failed", HTMLElement).hidden = this.#store.count("failed") === "0" && this.#name !== "failed";
    this.#bulk.render(this.#name === "failed");
  }

  /**
   * @param {HTMLElement} element
   * @param {string} count
   */
  #renderCount(element, count) {
    setText(element, count);
    element.classList.toggle("is-zero", count === "0");
  }

  /** @returns {RowModel[]} */
  #models() {
    const runs = this.#store.list(this.#name);
    if (this.#name !== "all") {
      const isFailed = this.#name === "failed";
      return runs.map((run) => ({
        ...runModel(run, run.id, this.#pictureOfRun(run.id)),
        isSelected: isFailed ? this.#bulk.has(run.id) : null,
      }));
    }
    /** @type {Set<string | null>} */
    const local = new Set();
    const own = this.#uploads.items.map((upload) => {
      const picture = this.#pictures.get(upload.key);
      const run = upload.runId ? this.#store.get(upload.runId) : undefined;
      if (!run) return uploadModel(upload, picture ?? null);
      if (upload.state === "known") return knownModel(upload, run, picture ?? null);
      local.add(run.id);
      return runModel(run, upload.key, picture);
    });
    return [...own, ...runs.filter((run) => !local.has(run.id)).map((run) => runModel(run, run.id))];
  }

  /** @param {string} runId */
  #pictureOfRun(runId) {
    const upload = this.#uploads.items.find((item) => item.state === "accepted" && item.runId === runId);
    return upload && this.#pictures.get(upload.key);
  }

  /** @param {string} key */
  #newRow(key) {
    const find = () => this.#uploads.items.find((upload) => upload.key === key);
    const row = new Row({
      onRetry: () => {
        const upload = find();
        if (upload) this.#uploads.retry(upload);
      },
      onDismiss: () => {
        const upload = find();
        if (upload) this.#uploads.dismiss(upload);
      },
      onSelect: (isSelected) => this.#bulk.choose(key, isSelected),
    });
    this.#rows.set(key, row);
    return row;
  }
}
