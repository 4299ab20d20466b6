// Past calls: found, read, and erased by people.

import { openFrame } from "./frame.js";
import { buttonById, byId, inputById, make } from "./panels/element.js";
import { nameOf } from "./panels/speakers.js";
import { clock, percent } from "./words/figures.js";

/** @typedef {import("./wires/api.js").CallListed} CallListed */
/** @typedef {import("./wires/api.js").CallRead} CallRead */

const PAGE = 30;
const TYPING_MS = 200;

const frame = await openFrame(redraw);
const { api, words } = frame;
const sure = /** @type {HTMLDialogElement} */ (byId("erase-dialog"));
let offset = 0;
let total = 0;
let asked = 0;
/** @type {CallListed[]} */
let shown = [];
/** @type {CallRead | null} */
let open = null;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

inputById("search").addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(() => look(0), TYPING_MS);
});
buttonById("back").addEventListener("click", () => look(offset - PAGE));
buttonById("more").addEventListener("click", () => look(offset + PAGE));
buttonById("erase").addEventListener("click", () => {
  byId("erase-title").textContent = words().say("history.eraseTitle", { call: open?.id ?? "" });
  sure.returnValue = "";
  sure.showModal();
});
sure.addEventListener("close", () => sure.returnValue === "erase" && erase());

/** @param {number} from */
async function look(from) {
  const number = ++asked;
  try {
    const found = await frame.withKey(() => api.calls(inputById("search").value.trim(), PAGE, Math.max(0, from)));
    if (number !== asked) return;
    ({ offset, total, calls: shown } = found);
    drawList();
  } catch (error) {
    if (number === asked) byId("count").textContent = frame.sentence(error);
  }
}

/** @param {string} id */
async function show(id) {
  try {
    open = await frame.withKey(() => api.read(id));
    history.replaceState(null, "", `?call=${encodeURIComponent(id)}`);
    redraw();
    byId("call-title").focus();
  } catch (error) {
    open = null;
    redraw();
    byId("count").textContent = frame.sentence(error);
  }
}

async function erase() {
  const id = open?.id;
  if (!id) return;
  try {
    await frame.withKey(() => api.eraseCall(id));
    open = null;
    history.replaceState(null, "", location.pathname);
    await look(offset);
    redraw();
    byId("count").textContent = words().say("history.erased");
  } catch (error) {
    byId("call-line").textContent = frame.sentence(error);
  }
}

function drawList() {
  byId("count").textContent = words().say("history.count", { count: total });
  byId("pages").hidden = total <= PAGE;
  buttonById("back").disabled = offset === 0;
  buttonById("more").disabled = offset + PAGE >= total;
  byId("calls").replaceChildren(...shown.map(row));
}

/** @param {CallListed} call */
function row(call) {
  const { say, locale } = words();
  const when = new Date(1000 * call.started_at).toLocaleString(locale);
  const about = [say(`history.${call.status}`), call.language.toUpperCase(), call.session_id].join(" · ");
  const current = open?.id === call.session_id ? "true" : undefined;
  const button = make(
    "button",
    { type: "button", class: "history-row quiet", "aria-current": current, "data-testid": "call-row" },
    make("strong", {}, when),
    make("span", { dir: "auto" }, about),
  );
  button.addEventListener("click", () => show(call.session_id));
  return make("li", {}, button);
}

function drawCall() {
  byId("call").hidden = !open;
  if (!open) return;
  const { say } = words();
  byId("call-title").textContent = open.id;
  byId("call-line").textContent = say("history.lines", { count: open.messages.length });
  buttonById("erase").disabled = open.live;
  byId("said").replaceChildren(...open.messages.map(line));
  byId("advised").replaceChildren(...open.insights.filter(({ status }) => status === "given").map(card));
}

/** @param {CallRead["messages"][number]} message */
function line({ start, text, language, speaker_role: role, speaker_name: name }) {
  const from = [clock(start), nameOf(words(), { role, name })].join(" · ");
  return make("li", {}, make("p", { class: "from" }, from), make("p", { dir: "auto", lang: language || undefined }, text));
}

/** @param {CallRead["insights"][number]} insight */
function card({ at, title, content, quote, sources }) {
  const from = sources.slice(0, 1).map((one) => `${one.title} · ${words().say("card.version", { version: one.version.slice(0, 12) })} · ${percent(one.score)}`);
  return make(
    "li",
    { "data-testid": "advice" },
    make("p", { class: "from" }, [clock(at), title].join(" · ")),
    make("p", { dir: "auto" }, content),
    quote && make("p", { class: "from", dir: "auto" }, words().say("quote", { words: quote })),
    from.length > 0 && make("p", { class: "from", dir: "auto" }, ...from),
  );
}

function redraw() {
  drawList();
  drawCall();
}

await look(0);
const named = new URLSearchParams(location.search).get("call");
if (named) await show(named);
