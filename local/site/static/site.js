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

async function drawDiagrams() {
  if (!document.querySelector("pre.mermaid")) {
    return;
  }
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
  drawDiagrams();
  const list = document.createElement("script");
  list.src = `${root}../versions.js`;
  list.addEventListener("load", offerVersions);
  document.head.append(list);
});
