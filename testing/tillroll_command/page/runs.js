// The list of runs, and the form that begins one.

import { ask, get } from "./api.js";
import { area, choice, element, field, form, json, moment, say, show, words } from "./dom.js";

const STATUSES = ["processing", "needs_review", "complete", "rejected", "failed", "cancelled"];

export function badge(run) {
  const said = [words(run.status)];
  if (run.escalated || run.standsStill) {
    said.push("needs an operator");
  }
  if (run.notUndone) {
    said.push("not undone");
  }
  if (run.failedItems) {
    said.push(`${run.failedItems} of ${run.items} items failed`);
  }
  const isBad = run.status === "failed" || said.length > 1;
  return element("span", { class: isBad ? "badge bad" : "badge" }, said.join(", "));
}

function line(run) {
  const about = run.subject && run.subject !== run.id ? ` · about ${run.subject}` : "";
  return element("li", {},
    element("div", { class: "row" },
      element("a", { href: `#/runs/${encodeURIComponent(run.id)}` }, `${run.kind} ${run.id}`),
      badge(run)),
    element("div", {}, run.message),
    element("div", { class: "faint" }, words(run.state), about, " · ", moment(run.createdAt)));
}

export async function showRuns(query) {
  const kinds = (await get("/api/workflows")).items;
  const filters = form((data) => {
    const chosen = [...data].filter(([, value]) => value);
    location.hash = `#/runs?${new URLSearchParams(chosen)}`;
  },
  element("div", { class: "filters" },
    choice("Kind", "kind", [["", "all"], ...kinds.map((each) => [each.kind, each.kind])], query.get("kind")),
    choice("Status", "status", [["", "all"], ...STATUSES.map((each) => [each, words(each)])], query.get("status")),
    field("State", "state", { value: query.get("state") ?? "" }),
    choice("Items", "withFailures", [["", "all"], ["true", "some failed"]], query.get("withFailures")),
    field("Id in another system", "externalId", { value: query.get("externalId") ?? "" }),
    element("button", {}, "Show")));
  const list = element("ul", { class: "list" });
  const more = element("button", { type: "button" }, "Show more");
  let cursor = null;
  async function load() {
    const found = await get("/api/runs", { ...Object.fromEntries(query), cursor, limit: "25" });
    list.append(...found.items.map(line));
    cursor = found.nextCursor;
    more.hidden = cursor === null;
  }
  more.addEventListener("click", () => load().catch((error) => say(error.message)));
  await load();
  const empty = list.children.length === 0 && element("p", { class: "faint" }, "There are no such runs.");
  show("Runs", filters, empty || list, more);
}

function example(schema) {
  const values = {};
  for (const [name, each] of Object.entries(schema.properties ?? {})) {
    const blank = { integer: 0, number: 0, boolean: false, array: [], object: {} };
    values[name] = each.default ?? blank[each.type] ?? "…";
  }
  return JSON.stringify(values, null, 2);
}

export async function showBegin() {
  const kinds = (await get("/api/workflows")).items.filter((each) => each.isTriggered);
  if (kinds.length === 0) {
    show("Begin a run", element("p", {}, "No kind is begun by hand here."));
    return;
  }
  const key = crypto.randomUUID();
  const params = area("What it is begun with (JSON)", "params", example(kinds[0].params));
  const kind = choice("Kind", "kind", kinds.map((each) => [each.kind, each.kind]));
  kind.addEventListener("change", (event) => {
    const chosen = kinds.find((each) => each.kind === event.target.value);
    params.querySelector("textarea").value = example(chosen.params);
  });
  show("Begin a run", form(async (data) => {
    const body = json(data.get("params"), "What it is begun with");
    const path = `/api/workflows/${encodeURIComponent(data.get("kind"))}/trigger`;
    const begun = await ask("POST", path, { body, key });
    location.hash = `#/runs/${begun.id}`;
  }, kind, params, element("button", {}, "Begin")));
}
