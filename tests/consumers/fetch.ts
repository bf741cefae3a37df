// A day's work with openapi-fetch and the types of openapi-typescript, as an integrator would write it.
import createClient from "openapi-fetch";
import type { components, paths } from "./schema";

type Meeting = components["schemas"]["MeetingOut"];

const [base, email, password] = process.argv.slice(2);
const path = { partnership: "partnerstwo-lubuskie" };
const meetings = "/api/v1/partnerships/{partnership}/meetings";
const meeting = `${meetings}/{meeting}` as const;

function expect(holds: boolean, what: unknown): asserts holds {
  if (!holds) throw new Error(JSON.stringify(what));
}

async function work() {
  const client = createClient<paths>({ baseUrl: base });
  const login = await client.POST("/api/v1/auth/login", { body: { email, password } });
  expect(!!login.data, login.error);
  const bearer = `Bearer ${login.data.access_token}`;
  client.use({ onRequest: ({ request }) => request.headers.set("Authorization", bearer) });

  const all: Meeting[] = [];
  let cursor: string | undefined;
  do {
    const query = { kind: ["council", "information"] as ("council" | "information")[], limit: 5, cursor };
    const page = await client.GET(meetings, { params: { path, query } });
    expect(!!page.data, page.error);
    all.push(...page.data.items);
    cursor = page.data.next ? new URL(page.data.next, base).searchParams.get("cursor")! : undefined;
  } while (cursor);
  expect(all.length > 5 && all.every((one) => one.title.length > 0), all.length);

  const since = new Date().toISOString();
  const header = { "Idempotency-Key": crypto.randomUUID() };
  const body = { title: "Spotkanie próbne", kind: "council" as const, held_on: "2016-03-01", town: "Żary" };
  const created = await client.POST(meetings, { params: { path, header }, body });
  expect(created.response.status === 201 && !!created.data, created.error);
  const again = await client.POST(meetings, { params: { path, header }, body });
  expect(again.data?.id === created.data.id, again);

  const own = { ...path, meeting: created.data.id };
  const tag = { "If-Match": created.response.headers.get("ETag")! };
  const patched = await client.PATCH(meeting, {
    params: { path: own, header: tag },
    body: { title: "Spotkanie zmienione", town: null },
    headers: { "Content-Type": "application/merge-patch+json" },
  });
  expect(patched.data?.title === "Spotkanie zmienione" && patched.data.town === null, patched);
  const stale = await client.PATCH(meeting, { params: { path: own, header: tag }, body: { title: "x" } });
  expect(stale.response.status === 412 && stale.error?.code === "stale", stale.error);

  const latest = { "If-Match": patched.response.headers.get("ETag")! };
  const deleted = await client.DELETE(meeting, { params: { path: own, header: latest } });
  expect(deleted.response.status === 204, deleted.error);
  const changed = await client.GET(meetings, { params: { path, query: { modified_since: since } } });
  expect(changed.data?.items.length === 0 && changed.data.deleted?.[0]?.id === created.data.id, changed.data);

  const wrong = await client.GET(meetings, { params: { path, query: { limit: 500 } } });
  expect(wrong.error?.errors?.[0]?.parameter === "limit", wrong.error);
}

work().catch((error) => {
  console.error(error);
  process.exit(1);
});
