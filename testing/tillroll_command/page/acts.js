// What a person does with a run: decides, signals, and the acts of an operator.

import { ask } from "./api.js";
import { area, choice, element, field, form, json, moment, pairs, words } from "./dom.js";

const SHOWN_APART = new Set(["id", "reason", "reasons", "sentences", "deadline", "escalated", "decision"]);

export function decision(run, path, after) {
  const review = run.review;
  if (!run.requiresHumanReview || !review || review.decision) {
    return null;
  }
  const beside = Object.entries(review).filter(([name, value]) => !SHOWN_APART.has(name) && value !== null);
  const sentences = review.sentences.length > 0 ? review.sentences : [words(review.reason)];
  return element("section", { class: "sheet" },
    element("h2", {}, "A person decides"),
    sentences.map((each) => element("p", {}, each)),
    pairs(Object.fromEntries(beside)),
    element("p", { class: "faint" }, "Until ", moment(review.deadline)),
    form(async (data) => {
      const body = { decision: data.get("decision"), comment: data.get("comment") || null };
      if (body.decision === "approve") {
        body.values = json(data.get("values"), "Values");
      }
      await ask("POST", `${path}/review`, { body });
      await after("It is decided.");
    },
    field("Comment", "comment", { maxlength: "500" }),
    element("details", {}, element("summary", {}, "Give other values"), area("Values (JSON)", "values", "{}")),
    element("div", { class: "row" },
      element("button", { name: "decision", value: "approve" }, "Approve"),
      element("button", { name: "decision", value: "reject" }, "Reject"))));
}

export function signal(run, kind, path, after) {
  const names = (kind?.signals ?? []).map((each) => each.name);
  if (names.length === 0 || !["processing", "needs_review"].includes(run.status)) {
    return null;
  }
  const wait = run.waitsFor?.kind === "signal" ? run.waitsFor : null;
  const payload = JSON.stringify(wait?.send?.payload ?? {}, null, 2);
  const key = crypto.randomUUID();
  return element("section", { class: "sheet" },
    element("h2", {}, wait ? `It waits for the signal ${wait.name}` : "Send a signal"),
    form(async (data) => {
      const body = { key, payload: json(data.get("payload"), "What comes with it") };
      await ask("POST", `${path}/signals/${encodeURIComponent(data.get("name"))}`, { body });
      await after("The signal is sent.");
    },
    choice("Signal", "name", names.map((each) => [each, each]), wait?.name),
    area("What comes with it (JSON)", "payload", payload),
    element("button", {}, "Send")));
}

function act(name, label, explanation, path, after) {
  return element("details", {},
    element("summary", {}, label),
    element("p", { class: "faint" }, explanation),
    form(async (data) => {
      await ask("POST", `${path}/${name}`, { body: { reason: data.get("reason") } });
      await after(`${label}: it was taken.`);
    },
    field("Reason, which the audit keeps", "reason", { required: true, minlength: "3", maxlength: "500" }),
    element("button", {}, label)));
}

function restart(steps, path, after) {
  const done = steps.filter((each) => !each.name.includes("rollback"));
  const key = crypto.randomUUID();
  const effects = done.filter((each) => each.mustNotRepeat).map((each) =>
    element("label", { class: "tick" },
      element("input", { type: "checkbox", name: "repeats", value: each.name }),
      `${each.name} may happen again: ${each.mustNotRepeat}`));
  return element("details", {},
    element("summary", {}, "Restart from a step"),
    element("p", { class: "faint" },
      "A new run begins there, with the outputs of the steps before. What was done elsewhere is not done again, unless you tick it."),
    form(async (data) => {
      const body = { step: data.get("step"), repeats: data.getAll("repeats"), reason: data.get("reason"), key };
      const begun = await ask("POST", `${path}/restart`, { body });
      await after("The new run has begun.");
      location.hash = `#/runs/${begun.runId}`;
    },
    choice("Step", "step", done.map((each) => [each.name, each.name])),
    effects,
    field("Reason, which the audit keeps", "reason", { required: true, minlength: "3", maxlength: "500" }),
    element("button", {}, "Restart")));
}

export function operations(run, steps, path, after) {
  const isLive = ["processing", "needs_review"].includes(run.status);
  const isStuck = run.escalated || run.standsStill;
  const offered = [];
  if (run.status === "failed" && run.nextSafeAction === "retry_from_step") {
    offered.push(
      act("retry", "Retry", "It goes on from the step that failed. Completed steps are not done again.", path, after),
      act("abandon", "Abandon", "It is given up: what it did is undone, then it ends.", path, after));
  }
  if (isLive && run.paused) {
    offered.push(act("resume", "Resume", "It goes on where it was paused.", path, after));
  }
  if (isStuck && !run.paused && run.status !== "failed") {
    offered.push(act("resume", "Resume", "It goes on where it stands still.", path, after));
  }
  if (isLive && !run.paused) {
    offered.push(act("pause", "Pause", "It stops until it is resumed.", path, after));
  }
  if (isLive && !run.cancelRequested) {
    offered.push(act("cancel", "Cancel", "It is asked to end, after undoing what it did.", path, after));
  }
  if (!isLive && steps.length > 0) {
    offered.push(restart(steps, path, after));
  }
  if (offered.length === 0) {
    return null;
  }
  return element("section", { class: "sheet" }, element("h2", {}, "What an operator can do"), offered);
}
