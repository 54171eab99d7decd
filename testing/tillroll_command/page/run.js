// One run: what happened, what is safe to do next, and its timeline.

import { get } from "./api.js";
import { decision, operations, signal } from "./acts.js";
import { element, moment, pairs, say, show, words } from "./dom.js";
import { badge } from "./runs.js";

const SECONDS_BETWEEN = 3;
const MILLISECONDS = 1000;
// Only what was drawn last is drawn anew.
let drawn = 0;

function seconds(from, until) {
  return (new Date(until) - new Date(from)) / MILLISECONDS;
}

// A step's own time is that of its attempts: what it waited in between is not in it.
function ownTime(item, attempts) {
  if (item.kind === "wait") {
    return null;
  }
  const own = attempts.filter((each) => item.kind === "step" && each.step === item.step && each.endedAt);
  if (own.length > 0) {
    return own.reduce((sum, each) => sum + seconds(each.startedAt, each.endedAt), 0);
  }
  return item.endedAt ? seconds(item.startedAt, item.endedAt) : null;
}

function timelineLine(item, attempts) {
  const time = ownTime(item, attempts);
  const told = [item.outcome && words(item.outcome), time > 0 && `${time.toFixed(1)} s`,
    item.attempt && item.attempt > 1 && `attempt ${item.attempt}`, item.actor && `by ${item.actor}`,
    item.detail.origin];
  const isBad = Boolean(item.error) || item.outcome === "failed";
  return element("li", {},
    element("div", { class: "row" },
      element("span", {}, `${words(item.kind)}: `, element("strong", {}, item.name)),
      element("span", { class: isBad ? "bad" : "faint" }, told.filter(Boolean).join(" · "))),
    item.error && element("div", { class: "bad" }, item.error),
    item.reason && element("div", {}, words(item.reason)),
    element("div", { class: "faint" }, moment(item.startedAt)));
}

function bullets(title, lines) {
  if (lines.length === 0) {
    return null;
  }
  return [element("h2", {}, title), element("ul", {}, lines.map((each) => element("li", {}, each)))];
}

function facts(run) {
  const about = {};
  if (run.subject && run.subject !== run.id) {
    about.About = run.subject;
  }
  about.State = words(run.state);
  about["Last step that succeeded"] = run.lastSuccessfulStep ?? "none";
  about["Safe to do next"] = words(run.nextSafeAction);
  if (run.waitsFor) {
    const until = run.waitsFor.until ? `, until ${new Date(run.waitsFor.until).toLocaleString()}` : "";
    about["Waits for"] = `${run.waitsFor.kind} ${run.waitsFor.name}${until}`;
  }
  if (run.previousRunId) {
    about["Follows the run"] = run.previousRunId;
  }
  return pairs({ ...about, ...run.attributes, ...run.externalIds });
}

const MICRO = 1_000_000;

function dollars(micro) {
  return micro === null ? "cost unknown" : `US$${(micro / MICRO).toFixed(6)}`;
}

function modelCallLine(call) {
  const isBad = call.state === "failed" || call.state === "offered";
  const told = [words(call.state), call.reason && words(call.reason),
    call.inputTokens !== null && `${call.inputTokens} tokens read`,
    call.outputTokens !== null && `${call.outputTokens} written`,
    (call.microUsd !== null || call.mayHaveCost) && dollars(call.microUsd)];
  return element("li", {},
    element("div", { class: "row" },
      element("span", {}, element("strong", {}, call.step ?? "beside the steps"), ` asks ${call.model}`),
      element("span", { class: isBad ? "bad" : "faint" }, told.filter(Boolean).join(" · "))),
    element("div", { class: "faint" }, moment(call.askedAt)));
}

function modelCalls(asked) {
  if (!asked) {
    return null;
  }
  const total = [`${asked.calls} made, ${dollars(asked.microUsd)} known to be spent`,
    asked.unpriced > 0 && `${asked.unpriced} more may have cost something`];
  return [element("h2", {}, "Calls of models"),
    element("p", { class: "faint" }, total.filter(Boolean).join("; ")),
    element("ol", { class: "list" }, asked.items.map(modelCallLine))];
}

export async function showRun(id, isCurrent) {
  const path = `/api/runs/${encodeURIComponent(id)}`;
  const [run, timeline, steps, kinds] = await Promise.all(
    [get(path), get(`${path}/timeline`), get(`${path}/steps`), get("/api/workflows")]);
  if (!isCurrent()) {
    return;
  }
  drawn += 1;
  const mine = drawn;
  const kind = kinds.items.find((each) => each.kind === run.kind);
  async function after(text) {
    await showRun(id, isCurrent);
    say(text);
  }
  const attempts = timeline.items.filter((each) => each.kind === "attempt");
  const lines = timeline.items.map((item) => timelineLine(item, attempts));
  show(`${run.kind} ${run.id}`,
    element("p", { class: "row" }, badge(run), element("span", {}, run.message)),
    element("p", {}, run.whatHappened),
    run.error && element("p", { class: "bad" }, `${run.error.errorClass}: ${run.error.summary}`),
    facts(run),
    decision(run, path, after),
    signal(run, kind, path, after),
    bullets("Do not repeat", run.mustNotRepeat),
    operations(run, steps.items, path, after),
    modelCalls(run.modelCalls),
    element("h2", {}, "What happened"),
    element("ol", { class: "list" }, lines),
    timeline.olderLeftOut && element("p", { class: "faint" }, "What is older is left out."));
  if (["processing", "needs_review"].includes(run.status)) {
    setTimeout(() => refresh(id, run, mine, isCurrent), SECONDS_BETWEEN * MILLISECONDS);
  }
}

function isWriting() {
  const main = document.getElementById("main");
  return main.querySelector("details[open]") !== null || main.querySelector("form :focus") !== null;
}

// What a look at the run has complained of is settled by the next one that succeeds.
let trouble = "";

function settle() {
  if (trouble && document.getElementById("said").textContent === trouble) {
    say("");
  }
  trouble = "";
}

// The page is drawn anew where the run has changed, unless somebody is about to write.
async function refresh(id, before, mine, isCurrent) {
  if (!isCurrent() || mine !== drawn) {
    return;
  }
  try {
    const run = await get(`/api/runs/${encodeURIComponent(id)}`);
    const isChanged = JSON.stringify(run) !== JSON.stringify(before);
    if (isCurrent()) {
      settle();
    }
    if (isChanged && isCurrent() && mine === drawn && !isWriting()) {
      await showRun(id, isCurrent);
      return;
    }
  } catch (error) {
    trouble = error.message;
    say(trouble);
  }
  setTimeout(() => refresh(id, before, mine, isCurrent), SECONDS_BETWEEN * MILLISECONDS);
}
