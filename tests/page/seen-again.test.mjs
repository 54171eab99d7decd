// A page that was in the background is looked at again.
import assert from "node:assert/strict";
import { test } from "node:test";

import { whenSeenAgain } from "../../public/js/state/seen-again.ts";

const page = new EventTarget();
globalThis.addEventListener = page.addEventListener.bind(page);
globalThis.removeEventListener = page.removeEventListener.bind(page);
globalThis.document = Object.assign(new EventTarget(), { hidden: false });

const turn = (hidden) => {
  document.hidden = hidden;
  document.dispatchEvent(new Event("visibilitychange"));
};
const show = (persisted) =>
  page.dispatchEvent(Object.assign(new Event("pageshow"), { persisted }));

test("it is asked again as the page is visible or brought back, and not before", () => {
  let looks = 0;
  const end = whenSeenAgain(() => looks++);
  turn(true);
  assert.equal(looks, 0, "nobody looks");
  turn(false);
  assert.equal(looks, 1);
  show(false);
  assert.equal(looks, 1, "it was loaded anew");
  show(true);
  assert.equal(looks, 2);
  end();
  turn(false);
  show(true);
  assert.equal(looks, 2, "the view is gone");
});
