/**
 * A reporting client that works unattended, on types that are generated from the document.
 *
 *   npm install openapi-fetch openapi-typescript typescript@5 tsx standardwebhooks
 *   npx openapi-typescript http://127.0.0.1:8080/openapi.json -o partnerstwo.ts
 *   PARTNERSTWO_ID=... PARTNERSTWO_SECRET=... npx tsx client.ts http://127.0.0.1:8080 partnerstwo-lubuskie 2016
 */
import createClient from "openapi-fetch";
import { Webhook } from "standardwebhooks";
import type { components, paths } from "./partnerstwo";

type Report = components["schemas"]["ActivityReportOut"];

/** Signs in again when the token is over, and waits when it is asked to. */
function signedIn(base: string, id: string, secret: string): typeof fetch {
  let token: string | undefined;
  const signIn = async () => {
    const answer = await fetch(`${base}/oauth/token`, {
      method: "POST",
      headers: { Authorization: "Basic " + btoa(`${id}:${secret}`) },
      body: new URLSearchParams({ grant_type: "client_credentials" }),
    });
    if (!answer.ok) throw new Error(await answer.text());
    token = ((await answer.json()) as components["schemas"]["ServiceTokenOut"]).access_token;
  };
  return async (input, init) => {
    const request = new Request(input, init);
    for (;;) {
      if (token === undefined) await signIn();
      const attempt = request.clone();
      attempt.headers.set("Authorization", `Bearer ${token}`);
      const answer = await fetch(attempt);
      if (answer.status === 401) token = undefined;
      else if (answer.status === 429 || answer.status === 503) {
        const seconds = Number(answer.headers.get("Retry-After") ?? 5);
        await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
      } else return answer;
    }
  };
}

const [base, partnership, year] = [process.argv[2]!, process.argv[3]!, Number(process.argv[4])];
const send = signedIn(base, process.env.PARTNERSTWO_ID!, process.env.PARTNERSTWO_SECRET!);
const client = createClient<paths>({ baseUrl: base, fetch: send });
const path = { partnership };

/** Everything the service may read, by id, and the number of the feed at which that stands. */
async function snapshot(): Promise<[Map<string, unknown>, number]> {
  // Lines, not one object.
  const answer = await send(`${base}/api/v1/partnerships/${partnership}/snapshots`, { method: "POST" });
  if (!answer.ok) throw new Error(await answer.text());
  const lines = (await answer.text()).trimEnd().split("\n").map((line) => JSON.parse(line));
  const [first, last] = [lines[0], lines.at(-1)];
  if (last.type !== "end" || last.records !== lines.length - 2) throw new Error("the snapshot is not whole");
  return [new Map(lines.slice(1, -1).map((line) => [line.id, line.record])), first.seq];
}

/** Brings the copy up to date; answers the number to go on from, to be stored with it. */
async function follow(copy: Map<string, unknown>, after: number): Promise<number> {
  const { data, response } = await client.GET("/api/v1/partnerships/{partnership}/changes", {
    params: { path, query: { after, wait: 30, include: "record" } },
  });
  if (response.status === 410) {
    const [fresh, seq] = await snapshot();
    copy.clear();
    fresh.forEach((record, id) => copy.set(id, record));
    return seq;
  }
  if (!data) throw new Error(`${response.status}`);
  for (const change of data.items) {
    if (change.op === "deleted" || change.op === "unpublished" || change.record == null) copy.delete(change.id);
    else copy.set(change.id, change.record);
  }
  return Number(new URL(data.next, base).searchParams.get("after"));
}

/** The activity report and its tag; nothing when it is the same as under `tag`. */
async function report(tag?: string): Promise<[Report | undefined, string | undefined]> {
  const { data, response } = await client.GET("/api/v1/partnerships/{partnership}/reports/activity", {
    params: { path, query: { year } },
    headers: tag ? { "If-None-Match": tag } : {},
  });
  if (response.status === 304) return [undefined, tag];
  return [data as Report, response.headers.get("ETag") ?? undefined];
}

/** What a genuine webhook says; throws WebhookVerificationError of any other. */
export function receive(secret: string, headers: Record<string, string>, body: string): unknown {
  return new Webhook(secret).verify(body, headers);
}

let [copy, after] = await snapshot();
console.log(`${copy.size} records at ${after}`);
let tag: string | undefined;
for (;;) {
  const [current, fresh] = await report(tag);
  tag = fresh;
  if (current) console.log(`report of ${year}: ${current.sections.length} sections, ${tag}`);
  after = await follow(copy, after);
  console.log(`${copy.size} records at ${after}`);
}
