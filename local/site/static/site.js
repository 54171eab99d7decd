// Draws the diagrams, and offers the other versions of this site. Nothing is requested of a server, so that both work
// in a folder, too.
"use strict";

const root = document.documentElement.dataset.content_root ?? "./";

function isDark() {
  const chosen = document.body.dataset.theme;
  if (chosen === "dark" || chosen === "light") {
    return chosen === "dark";
  }
  return matchMedia("(prefers-color-scheme: dark)").matches;
}

function load(script, then) {
  const element = document.createElement("script");
  element.src = root + script;
  element.addEventListener("load", then);
  document.head.append(element);
}

async function drawDiagrams() {
  mermaid.initialize({ startOnLoad: false, theme: isDark() ? "dark" : "neutral" });
  await mermaid.run();
}

function offerVersions() {
  const versions = window.tillrollVersions ?? [];
  const brand = document.querySelector(".sidebar-brand");
  if (versions.length < 2 || !brand) {
    return;
  }
  const select = document.createElement("select");
  select.className = "tillroll-versions";
  select.setAttribute("aria-label", "Version");
  const here = new URL(root, location.href).pathname.split("/").at(-2);
  for (const version of versions) {
    select.append(new Option(version, version, version === here, version === here));
  }
  select.addEventListener("change", () => {
    location.href = new URL(`${root}../${select.value}/index.html`, location.href).href;
  });
  brand.after(select);
}

document.addEventListener("DOMContentLoaded", () => {
  // It is large, and most pages have no diagram.
  if (document.querySelector("pre.mermaid")) {
    load("_static/mermaid.js", drawDiagrams);
  }
  load("../versions.js", offerVersions);
});
