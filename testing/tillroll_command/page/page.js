// The page of a deployment's workflows: its addresses, and who is signed in.

import { forgetToken, get, keepToken, token } from "./api.js";
import { element, field, form, say, show } from "./dom.js";
import { showRun } from "./run.js";
import { showBegin, showRuns } from "./runs.js";
import { showSchedules } from "./schedules.js";

let visit = 0;

function showSignIn() {
  document.getElementById("menu").hidden = true;
  show("Sign in", form(async (data) => {
    keepToken(data.get("token").trim());
    try {
      await get("/api/workflows");
    } catch (error) {
      forgetToken();
      throw error;
    }
    await open();
  },
  field("Token", "token", { type: "password", required: true, autocomplete: "off" }),
  element("p", { class: "faint" }, "`tillroll token create NAME` makes one. This tab keeps it until it is closed."),
  element("button", {}, "Sign in")));
}

async function view(path, query, isCurrent) {
  const [, subject, id] = path.split("/");
  if (subject === "runs" && id) {
    await showRun(decodeURIComponent(id), isCurrent);
  } else if (subject === "begin") {
    await showBegin();
  } else if (subject === "schedules") {
    await showSchedules();
  } else {
    await showRuns(query);
  }
}

async function open() {
  visit += 1;
  const mine = visit;
  say("");
  if (!token()) {
    showSignIn();
    return;
  }
  const [path, query = ""] = location.hash.slice(1).split("?");
  const menu = document.getElementById("menu");
  menu.hidden = false;
  for (const link of menu.querySelectorAll("a")) {
    if (link.hash.slice(1) === path) {
      link.setAttribute("aria-current", "page");
    } else {
      link.removeAttribute("aria-current");
    }
  }
  try {
    await view(path, new URLSearchParams(query), () => mine === visit);
  } catch (error) {
    if (error.status === 401) {
      forgetToken();
      showSignIn();
    }
    say(error.message);
  }
}

document.getElementById("leave").addEventListener("click", () => {
  forgetToken();
  open();
});
addEventListener("hashchange", open);
open();
