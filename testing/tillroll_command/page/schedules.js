// What is begun by time.

import { ask, get } from "./api.js";
import { element, form, moment, say, show, words } from "./dom.js";

function line(schedule) {
  const path = `/api/schedules/${encodeURIComponent(schedule.id)}`;
  const last = schedule.last;
  const key = crypto.randomUUID();
  return element("li", {},
    element("div", { class: "row" },
      element("span", {}, element("strong", {}, schedule.name), ` · ${schedule.kind}`),
      element("span", { class: "badge" }, schedule.paused ? "paused" : "goes on")),
    element("div", {}, `${schedule.inWords} (${schedule.timeZone})`),
    schedule.nextTick && element("div", { class: "faint" }, "Next ", moment(schedule.nextTick)),
    last && element("div", { class: "faint" }, "Last ", moment(last.tick), `: ${words(last.outcome)} `,
      last.runId && element("a", { href: `#/runs/${last.runId}` }, last.runId), last.reason && ` ${last.reason}`),
    form(async (data) => {
      if (data.get("act") === "run") {
        await ask("POST", `${path}/run`, { key });
      } else {
        await ask("PATCH", path, { body: { paused: data.get("act") === "pause" } });
      }
      await showSchedules();
      say(`${schedule.name}: it is done.`);
    },
    element("div", { class: "row" },
      schedule.paused
        ? element("button", { name: "act", value: "resume" }, `Resume ${schedule.name}`)
        : element("button", { name: "act", value: "pause" }, `Pause ${schedule.name}`),
      element("button", { name: "act", value: "run" }, `Run ${schedule.name} now`))));
}

export async function showSchedules() {
  const found = await get("/api/schedules");
  if (found.items.length === 0) {
    show("Schedules", element("p", { class: "faint" }, "Nothing is begun by time."));
    return;
  }
  show("Schedules", element("ul", { class: "list" }, found.items.map(line)));
}
