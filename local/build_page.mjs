// Bundle the page: `node local/build_page.mjs`. `wrangler deploy` and `wrangler dev` run it (wrangler.jsonc), and so does
// local/page.py for the local stack.
//
// Each HTML page of public/ names what it wants of public/built/: NAME.js is made from public/js/NAME.js, NAME.css from
// public/css/NAME.css. Only a file that differs is written, and at once: stacks that run here watch the folder.

import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

import { build } from "esbuild";

const root = dirname(import.meta.dirname);
const publicFolder = join(root, "public");
const built = join(publicFolder, "built");
const temporary = join(root, ".build");

const made = await Promise.all((await readdir(publicFolder)).filter((name) => name.endsWith(".html")).map(bundle));
await write(new Map(made.flat().map(({ path, contents }) => [basename(path), contents])));

/** The files for one page. Those of another share none of its code, so that each page needs few files. */
async function bundle(page) {
  const html = await readFile(join(publicFolder, page), "utf8");
  const named = [...html.matchAll(/"\/built\/([\w-]+)\.(js|css)"/g)];
  const { outputFiles } = await build({
    entryPoints: named.map(([, name, kind]) => join(publicFolder, kind, `${name}.${kind}`)),
    entryNames: "[name]",
    outdir: built,
    bundle: true,
    format: "esm",
    splitting: true,
    minify: true,
    sourcemap: true,
    sourcesContent: false, // the sources are served too
    write: false,
    logLevel: "warning",
    absWorkingDir: root,
  }).catch(() => process.exit(1)); // it has said why
  return outputFiles;
}

async function write(files) {
  await Promise.all([built, temporary].map((folder) => mkdir(folder, { recursive: true })));
  for (const [name, contents] of files) {
    const there = await readFile(join(built, name)).catch(() => null);
    if (there?.equals(contents)) continue;
    const fresh = join(temporary, `page-${process.pid}-${name}`);
    await writeFile(fresh, contents);
    await rename(fresh, join(built, name));
  }
  const gone = (await readdir(built)).filter((name) => !files.has(name));
  await Promise.all(gone.map((name) => rm(join(built, name), { force: true })));
}
