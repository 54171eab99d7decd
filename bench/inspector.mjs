/** Asks the inspector of a Worker again and again what its isolate holds: `node bench/inspector.mjs PORT [collect]`.
 *
 * Each line is JSON, in bytes: `used` and `total` of JavaScript's heap, and `stores`, which are its buffers' memory.
 * WebAssembly's linear memory is not among them: it stays the same while Python's heap grows. With `collect`, garbage
 * is collected before each look. The isolate stands still while it collects, so it rests four times as long after it:
 * on a busy machine it would compute nothing else. */

const EVERY_MILLISECONDS = 50;
const RESTS_FOR_EACH_LOOK = 4;
const [port, mode] = process.argv.slice(2);
const [target] = await (await fetch(`http://127.0.0.1:${port}/json`)).json();
// wrangler lets pages of this machine in, and Chrome's tools.
const socket = new WebSocket(target.webSocketDebuggerUrl, { headers: { Origin: "http://localhost" } });
let number = 0;
let since = 0;

socket.addEventListener("message", ({ data }) => {
  const { result } = JSON.parse(data);
  if (result?.usedSize === undefined) return;
  const line = { used: result.usedSize, total: result.totalSize, stores: result.backingStorageSize };
  process.stdout.write(`${JSON.stringify(line)}\n`);
  const took = performance.now() - since;
  setTimeout(ask, Math.max(EVERY_MILLISECONDS, mode === "collect" ? RESTS_FOR_EACH_LOOK * took : 0));
});
socket.addEventListener("open", ask);

function ask() {
  since = performance.now();
  if (mode === "collect") {
    number += 1;
    socket.send(JSON.stringify({ id: number, method: "HeapProfiler.collectGarbage" }));
  }
  number += 1;
  socket.send(JSON.stringify({ id: number, method: "Runtime.getHeapUsage" }));
}
