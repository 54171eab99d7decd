/**
 * The API's own page: its commands name the address that it was opened at, in place of an
 * example's; and its search.
 */

import { folded, narrow } from "./docs-search.ts";
import type { Part } from "./docs-search.ts";

const EXAMPLE = "https://tillroll.example.com";
const SEARCH_AFTER_MS = 150;

for (const code of document.querySelectorAll("code")) {
  const text = code.textContent ?? "";
  if (text.includes(EXAMPLE)) code.textContent = text.replaceAll(EXAMPLE, location.origin);
}

const sections = [...document.querySelectorAll<HTMLElement>("main > section")];

/** A route is found by itself, and a section of the guide as a whole. */
function partsOf(): Part[] {
  return sections.flatMap((section) => {
    const routes = [...section.querySelectorAll<HTMLElement>("article")];
    return (routes.length > 0 ? routes : [section]).map(partOf);
  });
}

function partOf(element: HTMLElement): Part {
  const link = document.querySelector(`#contents a[href="#${CSS.escape(element.id)}"]`);
  const line = link?.closest("li");
  return {
    text: folded(element.textContent ?? ""),
    show(isShown) {
      element.hidden = !isShown;
      if (line) line.hidden = !isShown;
    },
  };
}

/** Without this script the page has no search, so it stands there hidden. */
function addSearch(search: HTMLElement) {
  const input = search.querySelector("input");
  const status = search.querySelector<HTMLElement>("[role=status]");
  const number = status?.querySelector("span");
  if (!input || !status || !number) return;
  search.hidden = false;

  let parts: Part[] | null = null;
  const find = () => {
    parts ??= partsOf();
    const asked = input.value;
    const shown = narrow(parts, asked);
    for (const section of sections) {
      const routes = [...section.querySelectorAll<HTMLElement>("article")];
      if (routes.length > 0) section.hidden = routes.every((route) => route.hidden);
    }
    for (const group of document.querySelectorAll<HTMLDetailsElement>(
      "#contents details details",
    )) {
      group.hidden = [...group.querySelectorAll("li")].every((line) => line.hidden);
      group.open = asked.trim() !== "";
    }
    number.textContent = String(shown);
    status.hidden = asked.trim() === "";
    const address = new URL(location.href);
    if (asked.trim()) address.searchParams.set("q", asked);
    else address.searchParams.delete("q");
    history.replaceState(null, "", address);
  };
  let timer = 0;
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = window.setTimeout(find, SEARCH_AFTER_MS);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target instanceof HTMLInputElement) return;
    event.preventDefault();
    input.focus();
  });
  // A link leads to its part, also where the search hides that.
  document.addEventListener("click", (event) => {
    const link = (event.target as Element).closest?.('a[href^="#"]');
    if (!link || input.value === "") return;
    const target = document.getElementById(
      decodeURIComponent(link.getAttribute("href") ?? "").slice(1),
    );
    if (!target?.closest("[hidden]")) return;
    input.value = "";
    find();
  });
  const asked = new URLSearchParams(location.search).get("q");
  if (asked) {
    input.value = asked;
    find();
  }
}

const search = document.querySelector<HTMLElement>("main > search");
if (search) addSearch(search);
