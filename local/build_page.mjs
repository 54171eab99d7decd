// Build the page: `node local/build_page.mjs`. `wrangler deploy` and `wrangler dev` run it (wrangler.jsonc), and so does
// local/page.py for the local stack.
//
// What is in public/ goes to .build/public/, which is served, but for public/js. Each HTML page names what it wants of built/:
// NAME.js is made from the NAME.tsx or NAME.ts in public/js, NAME.css from the one in public/css. What is built has a hash in its name, which
// the page is given, and may be kept forever. Only a file that differs is written, and at once: stacks that run here watch the
// folder.

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";

import { build } from "esbuild";

import { catalogueModule, compiled, JSX } from "./page_source.mjs";

const root = dirname(import.meta.dirname);
const source = join(root, "public");
const served = join(root, ".build", "public");

/** What only a document or a worker needs. A browser takes these of the page that asks for a script or a style. */
const OF_DOCUMENTS = ["Content-Security-Policy", "X-Frame-Options", "Permissions-Policy", "Cross-Origin-Opener-Policy"];

if (isDeploy(process.env.WRANGLER_COMMAND)) describeApi();

const copied = (await filesOf(source)).filter((path) => !path.startsWith("js/"));
const files = new Map();
const pages = new Map();
/** The addresses of what was built for a page. */
const built = new Map();
/** What a view of the menus is made of beside the app, by its address: the browser begins with it before the app has said so. */
const parts = new Map();
const drawing = await buildDrawing(sourceOf("receipts/pdf/drawing"));
for (const path of copied) {
  const contents = await readFile(join(source, path));
  if (path.endsWith(".html")) pages.set(path, await bundle(path, contents.toString()));
  else files.set(path, contents);
}
// Each file by itself: an address that is not there gets the app in its place, which must not be kept.
const rules = [...files.keys()].filter((path) => path.startsWith("built/") && !path.endsWith(".map")).sort().map(immutable);
const opened = [...parts].map(([view, addresses]) => `${view}\n  Link: ${addresses.map((each) => `<${each}>; rel="modulepreload"`).join(", ")}\n`);
files.set("_headers", Buffer.concat([files.get("_headers"), Buffer.from([...rules, ...opened].join(""))]));
// Pages come last, and the worker that keeps them behind them: what they name is there by then.
const worker = files.get("sw.js");
files.delete("sw.js");
if (worker) pages.set("sw.js", ofThisBuild(worker.toString()));
for (const [path, contents] of [...files, ...pages]) await write(join(served, path), contents);
const gone = (await filesOf(served)).filter((path) => !files.has(path) && !pages.has(path));
await Promise.all(gone.map((path) => rm(join(served, path), { force: true })));

/** Whether wrangler builds for Cloudflare. It names its command; the local stack, which builds at each save, does not. */
function isDeploy(command) {
  return command !== undefined && command !== "dev";
}

/** Python makes the API's description of the sources, where they changed: `make setup`. Node cannot. */
function describeApi() {
  const python = join(root, ".venv", "bin", "python");
  if (!existsSync(python)) {
    console.error("The API's description is not made: this folder has no .venv. Run `make setup`, then deploy again.");
    process.exit(1);
  }
  const { status } = spawnSync(python, ["-m", "local.setup"], { cwd: root, stdio: "inherit" });
  if (status !== 0) process.exit(1);
}

/** The page with the names of what was built for it. Pages share no code, so that each needs few files. */
async function bundle(page, html) {
  const named = [...html.matchAll(/"\/built\/([\w-]+)\.(js|css)"/g)];
  const entries = named.map(([, name, kind]) => (kind === "js" ? sourceOf(name) : join(source, kind, `${name}.${kind}`)));
  const { outputFiles, metafile } = await build({
    entryPoints: entries,
    entryNames: "[name]-[hash]",
    assetNames: "[name]-[hash]",
    loader: { ".svg": "file" },
    define: { "globalThis.BUILT_PDF_DRAWING": JSON.stringify(drawing) },
    plugins: [
      { name: "catalogues", setup: ({ onResolve }) => onResolve({ filter: /\.po$/ }, catalogue) },
      { name: "styles of features", setup: stylesOfFeatures },
      { name: "sources", setup: ({ onLoad }) => onLoad({ filter: /public\/js\/.*\.tsx?$/ }, ({ path }) => compiled(path)) },
    ],
    ...JSX,
    outdir: join(served, "built"),
    publicPath: "/built",
    bundle: true,
    format: "esm",
    splitting: true,
    minify: true,
    charset: "utf8",
    legalComments: "none",
    sourcemap: true,
    metafile: true,
    write: false,
    logLevel: "warning",
    absWorkingDir: root,
  }).catch(() => process.exit(1)); // it has said why
  for (const { path, contents } of outputFiles) files.set(relative(served, path), Buffer.from(contents));
  built.set(page, Object.keys(metafile.outputs).map(addressOf).filter((path) => !path.endsWith(".map")));
  if (page === "index.html") await findParts(metafile.outputs);
  let made = html;
  for (const [path, output] of Object.entries(metafile.outputs)) {
    const address = addressOf(path);
    if (output.entryPoint && !output.entryPoint.endsWith(".css")) {
      const chunks = needed(path, metafile.outputs).map((chunk) => `<link rel="modulepreload" href="${addressOf(chunk)}">`);
      const script = `<script type="module" src="/built/${builtName(output.entryPoint)}"`;
      made = made.replace(script, () => [...chunks, script].join("\n    "));
    }
    if (output.entryPoint) made = made.replaceAll(`"/built/${builtName(output.entryPoint)}"`, `"${address}"`);
    else if (path.endsWith(".svg")) made = made.replaceAll(`"/${nameOf(Object.keys(output.inputs)[0])}"`, `"${address}"`);
  }
  return Buffer.from(made);
}

/** One import stands for all style sheets of a folder, `@import "./features/*.css"`, in the order of their names. */
function stylesOfFeatures({ onResolve, onLoad }) {
  onResolve({ filter: /\/\*\.css$/ }, ({ path, resolveDir }) => ({ path: join(resolveDir, dirname(path)), namespace: "folder" }));
  onLoad({ filter: /.*/, namespace: "folder" }, async ({ path }) => {
    const names = (await readdir(path)).filter((name) => name.endsWith(".css")).map((name) => basename(name, ".css"));
    const imports = names.sort().map((name) => `@import "./${name}.css";`);
    return { contents: imports.join("\n"), loader: "css", resolveDir: path };
  });
}

/** Fills `parts`, by what shell/routes.js says of each view of a menu. */
async function findParts(outputs) {
  const routes = await readFile(sourceOf("shell/routes"), "utf8");
  const byName = new Map();
  for (const [path, { entryPoint = "" }] of Object.entries(outputs)) {
    const name = /shell\/views\/(\w+)\.tsx?$/.exec(entryPoint)?.[1];
    if (name) byName.set(name, [path, ...needed(path, outputs)].filter((each) => !isOfApp(each, outputs)).map(addressOf));
  }
  const declared = routes.matchAll(/\{\s*path: "([^"]+)",[^}]*?menu: "(?:work|money|system)",[^}]*?load: (?:of(\w+)\(|(expenses))/g);
  for (const [, path, part, whole] of declared) parts.set(path, byName.get((part ?? whole).toLowerCase()));
}

/** Whether the app itself loads it. */
function isOfApp(path, outputs) {
  const [app] = Object.entries(outputs).find(([, { entryPoint = "" }]) => /js\/app\.tsx?$/.test(entryPoint));
  return path === app || needed(app, outputs).includes(path);
}

/** The worker that draws PDFs, and what pdf.js asks for by name: character maps, fonts, and decoders without WebAssembly. */
async function buildDrawing(code) {
  const { outputFiles } = await build({
    entryPoints: [code],
    entryNames: "pdf-[name]-[hash]",
    publicPath: "/built",
    outdir: join(served, "built"),
    bundle: true,
    format: "esm",
    minify: true,
    sourcemap: true,
    legalComments: "none",
    write: false,
    logLevel: "error",
    absWorkingDir: root,
  }).catch(() => process.exit(1));
  for (const { path, contents } of outputFiles) files.set(relative(served, path), Buffer.from(contents));
  const { path } = outputFiles.find((each) => each.path.endsWith(".js"));
  const folder = join(root, "node_modules", "pdfjs-dist");
  for (const name of ["cmaps", "standard_fonts", "wasm"])
    for (const file of await filesOf(join(folder, name)))
      if (!/\.wasm$|quickjs/i.test(file)) files.set(`pdf/${name}/${file}`, await readFile(join(folder, name, file)));
  return addressOf(relative(root, path));
}

/** A catalogue as a module. It is no part of a bundle: pages share it, and only those who read its language load it. */
async function catalogue({ path, resolveDir }) {
  const contents = catalogueModule(await readFile(join(resolveDir, path)));
  const hash = createHash("sha256").update(contents).digest("hex").slice(0, 8);
  const name = `built/${basename(path, ".po")}-${hash}.mjs`;
  files.set(name, Buffer.from(contents));
  return { path: `/${name}`, external: true };
}

/** The service worker with what the app is made of, and a version that is another one whenever something of it is. */
function ofThisBuild(text) {
  const page = pages.get("index.html");
  const names = [...built.get("index.html"), ...[...files.keys()].filter((path) => /^built\/.*\.mjs$/.test(path)).map((path) => `/${path}`)].sort();
  const kept = ["/", "/icon.svg", "/manifest.webmanifest", ...names];
  const entry = names.find((name) => /^\/built\/app-\w+\.js$/.test(name));
  const version = createHash("sha256").update(text).update(page).update(names.join()).digest("hex").slice(0, 12);
  const filled = { '"version"': version, '"entry"': entry, '["files"]': kept };
  return Buffer.from(Object.entries(filled).reduce((made, [hole, value]) => made.replace(`= ${hole};`, () => `= ${JSON.stringify(value)};`), text));
}

/** What a built module cannot do without, and so on; the browser would find each only in the one before. */
function needed(path, outputs, found = new Set()) {
  for (const { path: other, kind } of outputs[path].imports) {
    if (kind !== "import-statement" || found.has(other)) continue;
    found.add(other);
    needed(other, outputs, found);
  }
  return [...found];
}

function addressOf(path) {
  return `/${relative(served, join(root, path))}`;
}

/** The file of a module of the page, whose name is given without an extension. */
function sourceOf(module) {
  const path = join(source, "js", module);
  const extension = [".tsx", ".ts"].find((each) => existsSync(path + each));
  return path + extension;
}

/** What a page calls the script or style that is built of this file. */
function builtName(path) {
  return nameOf(path).replace(/\.tsx?$/, ".js");
}

function nameOf(path) {
  return path.split("/").at(-1);
}

/** Its rule in _headers. A script of a worker, which has "pdf" in its name, keeps the policy that it runs under. */
function immutable(path) {
  const isPart = /\.(js|mjs|css)$/.test(path) && !path.includes("/pdf-");
  const dropped = isPart ? OF_DOCUMENTS.map((name) => `  ! ${name}\n`).join("") : "";
  return `\n/${path}\n${dropped}  Cache-Control: public, max-age=31536000, immutable\n`;
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
