// Build the page: `node local/build_page.mjs`. `wrangler deploy` and `wrangler dev` run it (wrangler.jsonc), and so does
// local/page.py for the local stack.
//
// What is in public/ goes to .build/public/, which is served, but for public/js. Each HTML page names what it wants of built/:
// NAME.js is made from the NAME.js in public/js, NAME.css from the one in public/css. Only a file that differs is written, and at
// once: stacks that run here watch the folder.

import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";

import { build } from "esbuild";

const root = dirname(import.meta.dirname);
const source = join(root, "public");
const served = join(root, ".build", "public");

const copied = (await filesOf(source)).filter((path) => !path.startsWith("js/"));
const files = new Map(await Promise.all(copied.map(async (path) => [path, await readFile(join(source, path))])));
for (const page of copied.filter((path) => path.endsWith(".html"))) {
  for (const { path, contents } of await bundle(files.get(page).toString())) files.set(relative(served, path), contents);
}
for (const [path, contents] of files) await write(join(served, path), contents);
const gone = (await filesOf(served)).filter((path) => !files.has(path));
await Promise.all(gone.map((path) => rm(join(served, path), { force: true })));

/** The files for one page. Those of another share none of its code, so that each page needs few files. */
async function bundle(html) {
  const named = [...html.matchAll(/"\/built\/([\w-]+)\.(js|css)"/g)];
  const { outputFiles } = await build({
    entryPoints: named.map(([, name, kind]) => join(source, kind, `${name}.${kind}`)),
    entryNames: "[name]",
    outdir: join(served, "built"),
    bundle: true,
    format: "esm",
    splitting: true,
    minify: true,
    sourcemap: true,
    write: false,
    logLevel: "warning",
    absWorkingDir: root,
  }).catch(() => process.exit(1)); // it has said why
  return outputFiles;
}

async function filesOf(folder) {
  const found = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return found.filter((each) => each.isFile()).map((each) => relative(folder, join(each.parentPath, each.name)));
}

async function write(path, contents) {
  if ((await readFile(path).catch(() => null))?.equals(contents)) return;
  await mkdir(dirname(path), { recursive: true });
  const fresh = join(root, ".build", `page-${process.pid}`);
  await writeFile(fresh, contents);
  await rename(fresh, path);
}
