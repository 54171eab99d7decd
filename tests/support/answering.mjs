// Answers tests/support/node.py: a line is JSON of a function's body and what it is given; its answer is a line, too.
import { createInterface } from "node:readline";

const AsyncFunction = (async () => {}).constructor;
const at = (path) => new URL(`../../${path}`, import.meta.url).href;

for await (const line of createInterface({ input: process.stdin })) {
  const { body, given } = JSON.parse(line);
  let answer;
  try {
    // The body imports by `load`: of the project by a path, and of anything else by its own address.
    const load = (name) => import(/^[\w/.-]+\.(m?js|tsx?)$/.test(name) ? at(name) : name);
    answer = { value: await new AsyncFunction("load", "given", body)(load, given) };
  } catch (error) {
    answer = { problem: error.message };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
