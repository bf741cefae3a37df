"use strict";

const form = document.querySelector("form");
const output = form.querySelector("output");

// What is not required stays empty in "Try it out": an example there would filter lists, often down to nothing.
function unfilled(description) {
  const shared = description.components.parameters;
  const own = Object.values(description.paths).flatMap(Object.values).flatMap((operation) => operation.parameters ?? []);
  for (const parameter of [...Object.values(shared), ...own]) {
    if (parameter.required || parameter.example === undefined) continue;
    parameter.description = `${parameter.description ?? ""} Example: \`${parameter.example}\``;
    delete parameter.example;
  }
  return description;
}

// What stands at the end of a reference, in its place. Swagger UI's own way takes seconds, since it reads the whole document each time.
function resolved(value, root, within = []) {
  if (Array.isArray(value)) return value.map((item) => resolved(item, root, within));
  if (value === null || typeof value !== "object") return value;
  const { $ref: reference, ...own } = value;
  if (reference && within.includes(reference)) return value;
  const target = reference?.split("/").slice(1).reduce((part, name) => part[name], root);
  const parts = Object.entries(own).map(([name, part]) => [name, resolved(part, root, within)]);
  return { ...(target && resolved(target, root, [...within, reference])), ...Object.fromEntries(parts) };
}

const resolveSubtree = async (root, path) => {
  const part = path.reduce((part, name) => part?.[name], root);
  return { errors: [], spec: resolved(part, root) };
};

async function post(path, body) {
  const headers = { "Content-Type": "application/json", "Accept-Language": "en" };
  const answer = await fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
  const json = await answer.json();
  if (!answer.ok) throw Object.assign(new Error(json.detail), json);
  return json;
}

async function start() {
  const description = unfilled(await (await fetch("/openapi.json")).json());
  const ui = SwaggerUIBundle({
    spec: description,
    dom_id: "#swagger-ui",
    deepLinking: true,
    // Three hundred open operations are slow to draw: the first section is opened once the page is there.
    docExpansion: "none",
    presets: [SwaggerUIBundle.presets.apis],
    plugins: [{ fn: { resolveSubtree } }],
    onComplete: () => location.hash || ui.layoutActions.show(["operations-tag", description.tags[0].name], true),
  });

  // A token lasts minutes: the next one is had before it ends.
  let timer;
  function authorize(tokens) {
    ui.preauthorizeApiKey("bearer", tokens.access_token);
    clearTimeout(timer);
    timer = setTimeout(async () => {
      try {
        authorize(await post("/api/v1/auth/refresh", { refresh_token: tokens.refresh_token }));
      } catch (problem) {
        output.value = problem.message;
      }
    }, (tokens.expires_in - 30) * 1000);
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const sent = Object.fromEntries([...new FormData(form)].filter(([, value]) => value !== ""));
    try {
      authorize(await post("/api/v1/auth/login", sent));
      // The form resets what it says, too.
      form.reset();
      output.value = `Signed in as ${sent.email}.`;
    } catch (problem) {
      const code = form.elements.one_time_code;
      code.parentElement.hidden = problem.code !== "second-factor-required";
      output.value = problem.message;
    }
  });
  form.querySelector("button").disabled = false;
}

start();
