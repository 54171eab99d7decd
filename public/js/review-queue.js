// @ts-check
/** Moving from one receipt to the next, and on to the next review once one is decided. */

import { byId, setText } from "./dom.js";
import { counted } from "./format.js";
import { announce, notify } from "./notices.js";
import { goToList, goToRun } from "./router.js";
import { lists } from "./shell/routes.js";

/** @import { ListName, RunStore } from "./store.js" */

/** @type {Record<ListName, string>} */
const LIST_TITLES = { all: "Receipts", review: "Needs review", failed: "Failed" };

export class ReviewQueue {
  #store;
  #id = "";
  /** The list that was open last. @type {ListName} */
  #list = "all";
  /** The order in which they are worked off; kept while they leave the list one by one. @type {string[]} */
  #order = [];
  #back = byId("run-back", HTMLAnchorElement);
  #previous = byId("run-previous", HTMLButtonElement);
  #next = byId("run-next", HTMLButtonElement);
  #position = byId("run-position", HTMLElement);

  /** @param {RunStore} store */
  constructor(store) {
    this.#store = store;
    this.#previous.addEventListener("click", () => this.previous());
    this.#next.addEventListener("click", () => this.next());
    store.addEventListener("change", () => this.#render());
  }

  /** @param {ListName} name */
  setList(name) {
    this.#list = name;
    this.#id = "";
  }

  /** @param {string} id the run that is shown now */
  open(id) {
    this.#id = id;
    this.#render();
  }

  previous() {
    this.#go(-1);
  }

  next() {
    this.#go(1);
  }

  /** Load the next picture, which is shown at once then. */
  prepareNext() {
    const receipt = this.#store.get(this.#order[this.#order.indexOf(this.#id) + 1] ?? "")?.receipt;
    if (receipt?.mediaType.startsWith("image/")) new Image().src = receipt.imageUrl;
  }

  /** Back to the list. */
  leave() {
    goToList(this.#list);
  }

  /**
   * @param {string} id
   * @param {"approve" | "reject"} decision
   */
  afterDecision(id, decision) {
    const waiting = this.#store.list("review").map((run) => run.id);
    const following = waiting.slice(waiting.indexOf(id) + 1);
    const next = [...following, ...waiting].find((other) => other !== id);
    this.#store.markDecided(id);
    const done = decision === "approve" ? "Approved." : "Rejected.";
    const left = waiting.filter((other) => other !== id).length;
    const text = next ? `${done} ${counted(left, "receipt")} left to review.` : `${done} Nothing else needs review.`;
    notify(text, { kind: "success" });
    announce(text);
    if (next) goToRun(next);
  }

  /** @param {number} step */
  #go(step) {
    const target = this.#order[this.#order.indexOf(this.#id) + step];
    if (this.#id && target && this.#order.includes(this.#id)) goToRun(target);
  }

  #render() {
    if (!this.#id) return;
    const isReview = this.#store.get(this.#id)?.status === "needs_review" || this.#list === "review";
    this.#order = this.#store.list(isReview ? "review" : this.#list).map((run) => run.id);
    const index = this.#order.indexOf(this.#id);
    this.#back.href = lists[this.#list];
    setText(this.#back.querySelector("span") ?? this.#back, LIST_TITLES[this.#list]);
    this.#previous.disabled = index <= 0;
    this.#next.disabled = index === -1 || index === this.#order.length - 1;
    setText(this.#position, isReview && index !== -1 ? `${index + 1} of ${this.#order.length} to review` : "");
  }
}
