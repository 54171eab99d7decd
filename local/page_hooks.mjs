// Node loads the page's modules as the browser gets them: `node --import ./local/page_hooks.mjs`. The page's tests run under it.

import { readFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";

import { transformSync } from "esbuild";

import { catalogueModule, JSX, textFor } from "./page_source.mjs";

registerHooks({ load });

function load(url, context, next) {
  const source = sourceAt(url);
  return source === null ? next(url, context) : { format: "module", source, shortCircuit: true };
}

/** @param {string} url @returns {string | null} JavaScript; null for what Node loads by itself */
function sourceAt(url) {
  if (!/\/public\/.*\.(tsx?|po|svg)$/.test(url)) return null;
  const path = fileURLToPath(url);
  if (path.endsWith(".po")) return catalogueModule(readFileSync(path));
  if (path.endsWith(".svg")) return `export default ${JSON.stringify(url)};`;
  const text = textFor(readFileSync(path, "utf8"), path);
  return transformSync(text, { ...JSX, loader: extname(path).slice(1), sourcefile: path, sourcemap: "inline" }).code;
}
