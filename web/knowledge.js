// The documents that answers come from: listed, added, shown, forgotten; and a search tried as a call would.

import { openFrame } from "./frame.js";
import { buttonById, byId, inputById, make } from "./panels/element.js";
import { gapsPanel } from "./panels/gaps.js";
import { intakePanel } from "./panels/intake.js";
import { passageElement } from "./panels/passage.js";
import { proposalsPanel } from "./panels/proposals.js";
import { dayOf, validityOf } from "./panels/validity.js";

/** @typedef {import("./wires/api.js").KnownDocument} KnownDocument */
/** @typedef {import("./wires/api.js").SearchAnswer} SearchAnswer */
/** @typedef {import("./wires/api.js").Shown} Shown */

const PAGE = 50;
const TYPING_MS = 200;
const LABEL = ["product", "version", "language", "valid_from", "valid_until"];

const frame = await openFrame(redraw);
const { api, words } = frame;
const drop = byId("drop");
const sheet = /** @type {HTMLDialogElement} */ (byId("document-dialog"));
const sure = /** @type {HTMLDialogElement} */ (byId("forget-dialog"));
const urls = /** @type {HTMLTextAreaElement} */ (byId("urls"));
const intake = intakePanel(words, {
  look: (id) => frame.withKey(() => api.job(id)),
  done: () => look(offset),
  sentence: frame.sentence,
});
const gaps = gapsPanel(words, {
  load: (limit, offset) => frame.withKey(() => api.gaps(limit, offset)),
  mark: (id, done) => frame.withKey(() => api.markGap(id, done)),
  sentence: frame.sentence,
});
const proposals = proposalsPanel(words, {
  load: (limit, offset) => frame.withKey(() => api.proposals(limit, offset)),
  decide: async (id, order) => {
    const { job_id: job } = await frame.withKey(() => api.decideProposal(id, order));
    if (job) intake.take([() => frame.withKey(() => api.job(job))]);
  },
  sentence: frame.sentence,
});
let offset = 0;
let asked = 0;
let searched = 0;
/** @type {import("./wires/api.js").DocumentPage | null} */
let page = null;
/** @type {Shown | null} */
let open = null;
/** @type {SearchAnswer | null} */
let answer = null;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

inputById("find").addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(() => look(0), TYPING_MS);
});
buttonById("back").addEventListener("click", () => look(offset - PAGE));
buttonById("more").addEventListener("click", () => look(offset + PAGE));
inputById("files").addEventListener("change", () => {
  send([...(inputById("files").files ?? [])]);
  inputById("files").value = "";
});
for (const kind of ["dragover", "dragenter"]) {
  drop.addEventListener(kind, (event) => {
    event.preventDefault();
    drop.toggleAttribute("data-over", true);
  });
}
drop.addEventListener("dragleave", () => drop.toggleAttribute("data-over", false));
drop.addEventListener("drop", (event) => {
  event.preventDefault();
  drop.toggleAttribute("data-over", false);
  send([...(event.dataTransfer?.files ?? [])]);
});
byId("urls-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const named = urls.value.split(/\s+/).filter(Boolean);
  if (!named.length) return;
  intake.take([
    () =>
      frame.withKey(() => api.addPages(named, label())).then((job) => {
        urls.value = "";
        return job;
      }),
  ]);
});
byId("try-form").addEventListener("submit", (event) => {
  event.preventDefault();
  search();
});
buttonById("close").addEventListener("click", () => sheet.close());
buttonById("forget").addEventListener("click", () => {
  byId("forget-title").textContent = words().say("knowledge.deleteTitle", { title: open?.document.title ?? "" });
  sure.returnValue = "";
  sure.showModal();
});
sure.addEventListener("close", () => sure.returnValue === "forget" && forget());
addEventListener("beforeunload", (event) => {
  if (intake.busy()) event.preventDefault();
});

/** What is said of all that is added. @returns {Record<string, string>} */
function label() {
  const said = LABEL.map((name) => [name, inputById(`label-${name}`).value.trim()]);
  return Object.fromEntries(said.filter(([, value]) => value));
}

/** @param {File[]} files */
function send(files) {
  const said = label();
  intake.take(files.map((file) => () => frame.withKey(() => api.addFile(file, said))));
}

/** @param {number} from */
async function look(from) {
  const number = ++asked;
  try {
    const found = await frame.withKey(() => api.documents(inputById("find").value.trim(), PAGE, Math.max(0, from)));
    if (number !== asked) return;
    page = found;
    offset = found.offset;
    complain("");
  } catch (error) {
    if (number === asked) complain(frame.sentence(error));
  }
  draw();
}

/** @param {KnownDocument} document */
async function show(document) {
  try {
    open = await frame.withKey(() => api.document(document.id));
    drawSheet();
    sheet.showModal();
    byId("document-title").focus();
  } catch (error) {
    complain(frame.sentence(error));
    await look(offset);
  }
}

async function forget() {
  if (!open) return;
  try {
    await frame.withKey(() => api.forget(open?.document.id ?? ""));
    sheet.close();
    complain("");
  } catch (error) {
    sheet.close();
    complain(frame.sentence(error));
  }
  await look(offset);
}

async function search() {
  const question = inputById("question").value.trim();
  if (!question) return;
  const number = ++searched;
  const code = inputById("code").value.trim();
  const wish = { query: question, product: inputById("only").value.trim(), error_codes: code ? [code] : [] };
  try {
    const found = await frame.withKey(() => api.searchKnowledge(wish));
    if (number !== searched) return;
    answer = found;
    drawFound();
  } catch (error) {
    if (number === searched) byId("found-line").textContent = frame.sentence(error);
  }
}

/** @param {string} said */
function complain(said) {
  byId("trouble").hidden = !said;
  byId("trouble").textContent = said;
}

function draw() {
  if (!page) return;
  byId("count").textContent = words().say("knowledge.count", { documents: page.total, passages: page.passages });
  byId("pages").hidden = page.total <= PAGE;
  buttonById("back").disabled = offset === 0;
  buttonById("more").disabled = offset + PAGE >= page.total;
  byId("documents").replaceChildren(...page.documents.map(row));
  byId("products").replaceChildren(...page.products.map((name) => make("option", { value: name })));
}

/** @param {KnownDocument} document */
function row(document) {
  const validity = validityOf(document, words(), dayOf(new Date()));
  const about = [document.product, document.language.toUpperCase(), document.source].filter(Boolean).join(" · ");
  const button = make(
    "button",
    { type: "button", class: "document quiet", "data-testid": "document-row" },
    make("strong", { dir: "auto" }, document.title),
    make("span", { class: "aside" }, words().say("card.version", { version: document.version })),
    make("span", { dir: "auto" }, about),
    make(
      "span",
      { class: "aside", "data-state": validity.state || undefined },
      validity.words || words().say("knowledge.passages", { count: document.passages }),
    ),
  );
  button.addEventListener("click", () => show(document));
  return make("li", {}, button);
}

function drawSheet() {
  if (!open) return;
  const { document, passages } = open;
  const validity = validityOf(document, words(), dayOf(new Date())).words;
  byId("document-title").textContent = document.title;
  byId("document-line").textContent = [document.source, document.product, validity].filter(Boolean).join(" · ");
  byId("editions").replaceChildren(...document.editions.map(edition));
  byId("passages-title").textContent = words().say("knowledge.passages", { count: passages.length });
  byId("passages").replaceChildren(...passages.map((passage) => passageElement(passage, words())));
}

/** @param {KnownDocument["editions"][number]} one */
function edition(one) {
  const when = one.added_at ? new Date(1000 * one.added_at).toLocaleString(words().locale) : "";
  const said = [words().say("card.version", { version: one.version }), when].filter(Boolean).join(" · ");
  return make("li", {}, `${said} · `, make("code", {}, one.digest.slice(0, 12)));
}

function drawFound() {
  if (!answer) return;
  const { passages, dropped, min_score: least } = answer;
  const shown = { count: passages.length, ms: Math.round(answer.took_ms), least: Math.round(100 * least) };
  byId("found-line").textContent = words().say(passages.length ? "knowledge.found" : "knowledge.foundNone", shown);
  byId("found").replaceChildren(...passages.map((passage) => passageElement(passage, words(), { least })));
  byId("dropped-box").hidden = !dropped.length;
  byId("dropped-title").textContent = words().say("knowledge.dropped", { count: dropped.length });
  byId("dropped").replaceChildren(
    ...dropped.map(({ passage, rule, detail }) =>
      passageElement(passage, words(), { least, reason: words().sayOr(`dropped.${rule}`, rule, { detail }) }),
    ),
  );
}

function redraw() {
  draw();
  drawSheet();
  drawFound();
  gaps.draw();
  proposals.draw();
}

await look(0);
await Promise.all([gaps.look(), proposals.look()]);
