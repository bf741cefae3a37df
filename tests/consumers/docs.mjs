// The documentation page in a browser: it is there soon, signs in, and what it fills in works as it stands.
import { chromium } from "playwright-core";

const [base, email, password, browserPath] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath: browserPath, args: ["--no-sandbox", "--disable-background-networking"] });
const page = await browser.newPage();
const faults = [];
page.on("pageerror", (error) => faults.push(error.message));
page.on("console", (message) => message.type() === "error" && faults.push(message.text()));

const begun = Date.now();
await page.goto(`${base}/docs/`);
await page.locator(".opblock").first().waitFor();
const shown = Date.now() - begun;
console.log(`first operation after ${shown} ms`);

await page.locator("input[name=email]").fill(email);
await page.locator("input[name=password]").fill(password);
await page.getByRole("button", { name: "Sign in", exact: true }).click();
await page.getByText(`Signed in as ${email}.`).waitFor();

// Opens an operation, executes it as it is filled in, and gives the status and the body that are shown.
async function tried(tag, operation) {
  await page.locator(`#operations-tag-${tag}`).click();
  const block = page.locator(`#operations-${tag}-${operation}`);
  await block.locator(".opblock-summary").click();
  await block.getByRole("button", { name: "Try it out" }).click();
  for (const empty of await block.locator(".parameters input[type=text]").all()) {
    const placeholder = await empty.getAttribute("placeholder");
    if (placeholder === "partnership" && !(await empty.inputValue())) await empty.fill("partnerstwo-lubuskie");
  }
  await block.getByRole("button", { name: "Execute" }).click();
  const answer = block.locator(".live-responses-table .response").first();
  await answer.waitFor();
  const status = await answer.locator(".response-col_status").innerText();
  return [parseInt(status, 10), await answer.innerText()];
}

const [listed, meetings] = await tried("Meetings", "list_meetings");
const [created, meeting] = await tried("Effects", "create_effect");
await browser.close();
const failed = [
  [shown < 3000, `the first operation was shown after ${shown} ms`],
  [listed === 200 && meetings.includes("rada-2016"), `list_meetings: ${listed} ${meetings.slice(0, 500)}`],
  [created === 201, `create_effect: ${created} ${meeting.slice(0, 500)}`],
  [faults.length === 0, faults.join("\n")],
].filter(([holds]) => !holds);
failed.forEach(([, what]) => console.error(what));
process.exit(failed.length ? 1 : 0);
