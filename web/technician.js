// The technician's page (contract E17): call a technician, follow the talk, hang up with its figures.

import { openDesk } from "./desk.js";
import { openFrame } from "./frame.js";
import { casePanel } from "./panels/case.js";
import { companyPanel } from "./panels/company.js";
import { buttonById, byId, inputById, selectById } from "./panels/element.js";
import { endingPanel, outcomeOf } from "./panels/ending.js";
import { isOver, phoneStatus } from "./panels/dialer.js";
import { withSuggestions } from "./story/story.js";
import { noticed } from "./story/watch.js";
import { feedAddress, openFeed } from "./wires/feed.js";
import { keepFresh } from "./wires/token.js";
import { phoneNumber } from "./words/figures.js";

/** @typedef {{sessionId: string, token: string, callSid: string, stopRenewing: () => void}} Live */

const POLL_SECONDS = 2;
const LAST_WORDS_SECONDS = 3;
const SUGGESTIONS = 10;
const seconds = () => performance.now() / 1000;

const frame = await openFrame(redraw);
const { api, words } = frame;
const form = /** @type {HTMLFormElement} */ (byId("technician-form"));

/** @type {Live | null} */
let live = null;
/** @type {import("./panels/ending.js").Outcome | null} */
let outcome = null;
let connection = "idle";
let connectionSince = 0;
let pollAt = 0;
let leaving = false;

const feed = openFeed({
  address: () =>
    feedAddress(location.origin, live?.sessionId ?? "", live?.token ?? "", desk.view().seq, "support_agent"),
  onMessage: (text) => desk.take(text),
  onState: (open) => connectionChanged(open ? "listening" : "reconnecting"),
});
const desk = openDesk({
  words,
  onRate: (insight_id, rating) => {
    if (!feed.send(JSON.stringify({ type: "rate_insight", insight_id, rating }))) return;
    desk.amend((view) => ({ ...view, ratings: { ...view.ratings, [insight_id]: rating } }));
  },
  onGap: () => feed.again(),
  onSay: (message) => feed.send(JSON.stringify(message)),
  onFact: ({ type }, view) => {
    drawPhone();
    settling.draw(view);
    if (view.phone?.simulated) byId("simulated").hidden = false;
    if (type === "call_ended" && !leaving) finish();
    // Busy, no answer, refused: nobody will come.
    if (type === "phone_status_changed" && isOver(view.phone) && !view.legs.some((leg) => leg.present)) hangUp();
  },
});
companyPanel({
  words,
  view: () => desk.view(),
  onName: (line, name) => inCall((id, token) => api.nameSpeaker(id, line, name, token)),
  onGive: (line, speakerId) => inCall((id, token) => api.giveLine(id, line, speakerId, token)),
});
const ending = endingPanel(words, null);
const settling = casePanel(words, (resolved) => {
  inCall((id, token) => api.settle(id, resolved, token)).catch((error) => fail(frame.sentence(error, "dial")));
});

form.addEventListener("submit", (event) => {
  event.preventDefault();
  call();
});
byId("hangup").addEventListener("click", hangUp);
addEventListener("beforeunload", (event) => {
  if (live) event.preventDefault();
});

/** @param {(id: string, token: string) => Promise<unknown>} ask */
async function inCall(ask) {
  if (live) await ask(live.sessionId, live.token);
}

async function call() {
  const number = phoneNumber(inputById("phone-number").value);
  inputById("phone-number").setAttribute("aria-invalid", String(number === null));
  if (number === null) {
    fail(words().say("dial.notANumber"));
    inputById("phone-number").focus();
    return;
  }
  inputById("phone-number").value = number;
  byId("lobby-error").hidden = true;
  lock(true);
  /** @type {import("./wires/api.js").Started | null} */
  let started = null;
  try {
    const order = { playbook: "support", language: selectById("call-language").value };
    started = await frame.withKey(() => api.start(order));
    const { session_id: sessionId, token } = started;
    outcome = null;
    leaving = false;
    byId("ending").hidden = true;
    const held = { sessionId, token, callSid: "", stopRenewing: () => {} };
    held.stopRenewing = keepFresh({
      doors: api,
      held: () => held,
      life: started.token_seconds,
      onFresh: (fresh) => {
        held.token = fresh;
      },
    });
    live = held;
    desk.open(sessionId);
    connectionChanged("connecting");
    feed.start();
    tick();
    const answer = await api.dial(
      {
        phone_number: number,
        technician_id: inputById("technician-id").value.trim(),
        technician_name: inputById("technician-name").value.trim(),
        session_id: sessionId,
        role: "technician",
        voices: inputById("voices").valueAsNumber,
      },
      token,
    );
    if (live) live.callSid = answer.call_sid;
    buttonById("hangup").disabled = false;
    buttonById("hangup").focus();
  } catch (error) {
    feed.stop();
    live?.stopRenewing();
    live = null;
    lock(false);
    connectionChanged("idle");
    if (started) await api.end(started.session_id, started.token).catch(() => undefined);
    fail(frame.sentence(error, "dial"));
  }
}

async function hangUp() {
  if (!live || leaving) return;
  leaving = true;
  const { sessionId, token, callSid } = live;
  buttonById("hangup").disabled = true;
  byId("connection").textContent = words().say("call.leaving");
  const rung = await api.hangUp(callSid, sessionId, token).catch(() => null);
  // The call was started by this page: with its telephone gone it is over, and its last words are counted.
  const answer = (await api.end(sessionId, token).catch(() => null)) ?? rung;
  if (answer) outcome = { duration: answer.duration, stats: answer.session_stats };
  for (let waited = 0; waited < LAST_WORDS_SECONDS && live && !desk.view().ended; waited += 0.1) await pause(0.1);
  await finish();
}

/** The call is over, by us, by the technician or by the server. */
async function finish() {
  if (!live) return;
  const { sessionId, token, stopRenewing } = live;
  live = null;
  stopRenewing();
  feed.stop();
  connectionChanged("ended");
  lock(false);
  if (!outcome) {
    const answer = await api.end(sessionId, token).catch(() => null);
    outcome = answer ? { duration: answer.duration, stats: answer.session_stats } : outcomeOf(desk.view());
  }
  byId("ending").hidden = false;
  ending.draw(desk.view(), outcome);
  desk.tick();
  byId("ending-title").focus();
}

async function tick() {
  if (!live) return;
  setTimeout(tick, 500);
  desk.tick();
  const seen = { now: seconds(), connection, connectionSince, voiceSeconds: 0, quietSeconds: 0, lossRatio: 0 };
  desk.notice(noticed(desk.view(), seen));
  if (connection === "listening" || seconds() - pollAt < POLL_SECONDS) return;
  // The push is away: ask for the suggestions, which have the same ids (contract E18).
  pollAt = seconds();
  const answer = await api.suggestions(live.sessionId, SUGGESTIONS, live.token).catch(() => null);
  if (answer) desk.amend((view) => withSuggestions(view, answer.suggestions));
}

/** @param {string} state */
function connectionChanged(state) {
  if (state !== connection) {
    connectionSince = seconds();
    desk.forgetCaptions();
  }
  connection = state;
  byId("connection").dataset.state = state === "listening" ? "connected" : state;
  byId("connection").textContent = state === "idle" ? "" : words().say(`state.${state}`);
}

/** @param {boolean} calling */
function lock(calling) {
  byId("main").toggleAttribute("data-live", calling);
  buttonById("start").disabled = calling;
  buttonById("hangup").disabled = true;
  for (const id of ["technician-name", "technician-id", "phone-number"]) inputById(id).readOnly = calling;
}

/** @param {string} sentence */
function fail(sentence) {
  byId("lobby-error").hidden = false;
  byId("lobby-error").textContent = sentence;
}

function drawPhone() {
  const { phone } = desk.view();
  byId("phone-status").dataset.state = phone?.status ?? "";
  byId("phone-status").textContent = phone ? phoneStatus(phone, words()) : "";
}

function redraw() {
  connectionChanged(connection);
  drawPhone();
  desk.redraw();
  settling.draw(desk.view());
  if (outcome) ending.draw(desk.view(), outcome);
}

/** @param {number} time Seconds. */
function pause(time) {
  return new Promise((resolve) => setTimeout(resolve, time * 1000));
}

lock(false);
await frame.lookAround();
byId("simulated").hidden = frame.standing("telephone")?.readiness !== "simulated";
