// Try every control of the pages that it is given, as whoever is signed in. What would change something is noted and not
// sent: it is answered 422. What only looks goes on to the server.
async ({ paths, addresses, looks }) => {
  const PATIENCE_MS = 8000;
  const CLOSING = /^(Cancel|Close|Keep it|No)$/;
  const LEAVING = /^(Sign out|Sign out everywhere|Load again|Add receipts|Choose)/;
  const CONTROLS = "button, summary, input[type=checkbox]";
  const ask = window.fetch;
  const noted = [];
  const tried = new Set();
  let pending = 0;
  let place = "";
  let control = "";
  window.confirm = () => true;
  window.fetch = async (input, init) => {
    const request = new Request(input, init);
    const { pathname } = new URL(request.url);
    const isLook = request.method === "GET" || looks.some((end) => pathname.endsWith(end));
    if (!isLook) {
      noted.push({ place, control, method: request.method, path: pathname, status: null });
      const problem = { type: "urn:tillroll:problem:invalid-request", title: "Tried", status: 422, detail: "Tried." };
      return new Response(JSON.stringify(problem), { status: 422, headers: { "content-type": "application/problem+json" } });
    }
    const isPatient = request.headers.has("Prefer");
    if (!isPatient) pending += 1;
    try {
      const response = await ask(input, init);
      if (response.status === 403) noted.push({ place, control, method: request.method, path: pathname, status: 403 });
      return response;
    } finally {
      if (!isPatient) pending -= 1;
    }
  };
  const frame = () => new Promise(requestAnimationFrame);
  async function settle() {
    const until = performance.now() + PATIENCE_MS;
    for (let still = 0; still < 2; ) {
      await frame();
      const isThere = document.querySelector("main h1")?.textContent && !document.querySelector(".view-loading");
      still = pending === 0 && isThere ? still + 1 : 0;
      if (performance.now() > until) throw new Error(`${place} does not settle after ${control}`);
    }
  }
  const isShown = (element) => element.checkVisibility({ visibilityProperty: true }) && !element.disabled;
  const nameOf = (element) =>
    (element.ariaLabel || element.innerText || element.labels?.[0]?.innerText || element.type).trim().replace(/\s+/g, " ");
  const top = () => [...document.querySelectorAll("dialog[open]")].at(-1) ?? document.body;
  function fill(element) {
    for (const input of element.closest("form, dialog")?.querySelectorAll("input:not([type=checkbox], [type=radio], [type=file])") ?? []) {
      if (input.value || !isShown(input)) continue;
      input.value = { date: "2026-01-05", month: "2026-01" }[input.type] ?? "1";
      input.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }
  async function close() {
    const dialog = document.querySelector("dialog[open]");
    if (dialog?.dispatchEvent(new Event("cancel", { cancelable: true }))) dialog.close();
    document.querySelectorAll("[popover]:popover-open").forEach((each) => each.hidePopover());
    if (dialog) await settle();
  }
  async function tryAll(within) {
    for (;;) {
      const key = (element) => `${place.replace(/\/[a-z]+_\w+/g, "/:id")} ${within} ${nameOf(element)}`;
      const shared = (element) => (element.closest("header") ? `header ${nameOf(element)}` : key(element));
      const next = [...top().querySelectorAll(CONTROLS)].find(
        (each) => isShown(each) && !tried.has(shared(each)) && !CLOSING.test(nameOf(each)) && !LEAVING.test(nameOf(each)),
      );
      if (!next) return;
      tried.add(shared(next));
      control = `${within} ${nameOf(next)}`.trim();
      fill(next);
      if (next.type === "submit") await frame();
      const before = top();
      next.click();
      await settle();
      if (top() !== before && top() !== document.body && within === "") {
        await tryAll(control);
        await close();
      }
    }
  }
  const go = (address) => {
    const link = Object.assign(document.createElement("a"), { href: address });
    document.body.append(link);
    link.click();
    link.remove();
  };
  const seen = [];
  for (const path of paths) {
    for (const address of path.includes(":") ? (addresses[path] ?? []) : [path]) {
      place = address;
      control = "";
      go(address);
      await settle();
      await tryAll("");
      await close();
      seen.push(address);
    }
  }
  window.fetch = ask;
  return { noted, seen, tried: tried.size };
};
