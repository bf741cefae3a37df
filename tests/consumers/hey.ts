// A day's work with the client that hey-api generates, as an integrator would write it.
import { client } from "./hey/client.gen";
import { createMeeting, deleteMeeting, listMeetings, login, updateMeeting } from "./hey/sdk.gen";
import type { MeetingOut } from "./hey/types.gen";

const [baseUrl, email, password] = process.argv.slice(2);
const path = { partnership: "partnerstwo-lubuskie" };

function expect(holds: boolean, what: unknown): asserts holds {
  if (!holds) throw new Error(JSON.stringify(what));
}

async function work() {
  client.setConfig({ baseUrl });
  const session = await login({ body: { email, password } });
  expect(!!session.data, session.error);
  client.setConfig({ baseUrl, auth: session.data.access_token });

  const all: MeetingOut[] = [];
  let cursor: string | undefined;
  do {
    const page = await listMeetings({ path, query: { kind: ["council", "information"], limit: 5, cursor } });
    expect(!!page.data, page.error);
    all.push(...page.data.items);
    cursor = page.data.next ? new URL(page.data.next, baseUrl).searchParams.get("cursor")! : undefined;
  } while (cursor);
  expect(all.length > 5 && all.every((one) => one.title.length > 0), all.length);

  const since = new Date().toISOString();
  const headers = { "Idempotency-Key": crypto.randomUUID() };
  const body = { title: "Spotkanie próbne", kind: "council" as const, held_on: "2016-03-01", town: "Żary" };
  const created = await createMeeting({ path, headers, body });
  expect(!!created.data, created.error);
  const again = await createMeeting({ path, headers, body });
  expect(again.data?.id === created.data.id, again.error);

  const own = { ...path, meeting: created.data.id };
  const tag = { "If-Match": created.response!.headers.get("ETag")! };
  const patched = await updateMeeting({ path: own, headers: tag, body: { town: null } });
  expect(patched.data?.town === null, patched.error);
  const latest = { "If-Match": patched.response!.headers.get("ETag")! };
  const deleted = await deleteMeeting({ path: own, headers: latest });
  expect(!deleted.error, deleted.error);
  const changed = await listMeetings({ path, query: { modified_since: since } });
  expect(changed.data?.deleted?.[0]?.id === created.data.id, changed.data);
}

work().catch((error) => {
  console.error(error);
  process.exit(1);
});
