"use strict";
// What stands after the # never reached the server. It is sent on request only, and taken out of the address bar.
const link = location.hash.slice(1);
history.replaceState(null, "", location.pathname);
const form = document.querySelector("form");
const told = document.querySelector("[role=status]");
const page = document.body.dataset;

const send = (path, body) => fetch(path, {
  method: "POST",
  headers: { "Content-Type": "application/json", "Accept-Language": document.documentElement.lang },
  body: JSON.stringify(body),
});

async function explain(answer) {
  const problem = await answer.json().catch(() => ({}));
  const faults = (problem.errors || []).map((fault) => fault.detail);
  return [problem.title, ...faults].filter(Boolean).join(" ") || page.failed;
}

async function open() {
  const answer = await send("/api/v1/auth/links/read", { link });
  if (!answer.ok) {
    form.hidden = true;
    told.textContent = await explain(answer);
    return;
  }
  const opened = await answer.json();
  if (opened.action !== page.action) {
    form.hidden = true;
    told.textContent = page.failed;
    return;
  }
  document.querySelector("output").textContent = opened.recipient || "";
  form.querySelector("button").disabled = false;
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = form.querySelector("button");
  button.disabled = true;
  const password = form.elements.password;
  const answer = await send(page.path, password ? { link, password: password.value } : { link });
  if (answer.ok) {
    form.hidden = true;
    const outcome = answer.status === 200 ? await answer.json() : { complete: true };
    told.textContent = outcome.complete ? page.done : page.half;
  } else {
    told.textContent = await explain(answer);
    button.disabled = false;
  }
});

open().catch(() => { told.textContent = page.failed; });
