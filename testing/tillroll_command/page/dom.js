// What makes elements: text is always text, and never HTML.

export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) {
      made.addEventListener(name.slice(2), value);
    } else if (value === true) {
      made.setAttribute(name, "");
    } else if (value !== false && value !== null && value !== undefined) {
      made.setAttribute(name, value);
    }
  }
  made.append(...children.flat(9).filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

export function say(text) {
  document.getElementById("said").textContent = text;
}

export function show(title, ...children) {
  const main = document.getElementById("main");
  document.title = `${title} · Workflows`;
  main.replaceChildren(element("h1", {}, title), ...children.flat(9).filter(Boolean));
}

export function field(label, name, attributes = {}) {
  return element("label", {}, label, element("input", { name, ...attributes }));
}

export function area(label, name, text) {
  return element("label", {}, label, element("textarea", { name, spellcheck: "false" }, text));
}

export function choice(label, name, options, chosen = "") {
  const made = options.map(([value, text]) =>
    element("option", { value, selected: value === chosen }, text));
  return element("label", {}, label, element("select", { name }, made));
}

// A form whose answer is taken once at a time. A refusal is said, and the form stays as it is.
export function form(submit, ...children) {
  return element("form", {
    onsubmit: async (event) => {
      event.preventDefault();
      const made = event.currentTarget;
      const sender = event.submitter;
      const data = new FormData(made, sender);
      const buttons = [...made.querySelectorAll("button")];
      for (const each of buttons) {
        each.disabled = true;
      }
      try {
        await submit(data);
      } catch (error) {
        say(error.message);
      } finally {
        for (const each of buttons) {
          each.disabled = false;
        }
      }
    },
  }, ...children);
}

export function json(text, what) {
  let value;
  try {
    value = JSON.parse(text || "{}");
  } catch (error) {
    throw new Error(`${what} is no JSON: ${error.message}`);
  }
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    throw new Error(`${what} is no JSON object.`);
  }
  return value;
}

export function moment(at) {
  if (!at) {
    return "";
  }
  const text = new Date(at).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "medium" });
  return element("time", { datetime: at }, text);
}

export function words(name) {
  return String(name ?? "").replaceAll("_", " ").replaceAll("-", " ");
}

// "Order: ready" of { order: "ready" }, also of values that are objects.
export function pairs(values) {
  const rows = Object.entries(values).map(([name, value]) => [
    element("dt", {}, name),
    element("dd", {}, typeof value === "object" ? JSON.stringify(value) : String(value)),
  ]);
  return element("dl", {}, rows);
}
