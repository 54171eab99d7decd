// wrangler prints the path of each request. In that of a link stands its secret: it is left out before it reaches a log,
// wherever it stands, by how it begins; and what stands in its place in the path, since a mistyped one is nearly it.
const SECRET = /(?<=\/api\/(?:payer|handed-on)\/+)[^\s/?"'\x1b]+|[cx]lk_[\w-]+/g;

for (const stream of [process.stdout, process.stderr]) {
  const write = stream.write;
  stream.write = (chunk, ...others) => write.call(stream, typeof chunk === "string" ? hidden(chunk, "…") : inBytes(chunk), ...others);
}

function hidden(text, mark) {
  return text.replace(SECRET, mark);
}

// Latin-1 gives each byte a sign and back: a chunk may end within a sign of UTF-8, and what is not a link stays as it is.
function inBytes(chunk) {
  const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  return Buffer.from(hidden(bytes.toString("latin1"), Buffer.from("…").toString("latin1")), "latin1");
}
