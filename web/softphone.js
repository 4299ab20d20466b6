// The softphone: from the lobby into a call, and out of it with its figures.

import { openControls } from "./controls.js";
import { openDesk } from "./desk.js";
import { openEar } from "./ear.js";
import { openFrame } from "./frame.js";
import { openLobby } from "./lobby.js";
import { companyPanel } from "./panels/company.js";
import { againPanel } from "./panels/again.js";
import { dialerPanel } from "./panels/dialer.js";
import { buttonById, byId } from "./panels/element.js";
import { endingPanel, outcomeOf } from "./panels/ending.js";
import { lessonsPanel } from "./panels/lessons.js";
import { levelPanel } from "./panels/level.js";
import { openSound } from "./sound.js";
import { noticed } from "./story/watch.js";
import { dropTicket, keepTicket, visitorId } from "./ticket.js";
import { openWaiting } from "./waiting.js";
import { openLine } from "./wires/line.js";
import { keepFresh } from "./wires/token.js";

/** @typedef {import("./ticket.js").Ticket} Ticket */
/** @typedef {import("./wires/line.js").Line} Line */
/** @typedef {import("./wires/line.js").LineState} LineState */
/** @typedef {import("./panels/ending.js").Outcome} Outcome */

/** Who is at the browser, and who on the telephone, by playbook. */
const ROLES = /** @type {Record<string, {here: string, there: string}>} */ ({
  coaching: { here: "rep", there: "customer" },
  support: { here: "support_agent", there: "technician" },
});
const SCREENS = Object.freeze({ lobby: "main", call: "call-title", ending: "ending-title" });
const TICK_SECONDS = 0.5;
const LOSS_EVERY_SECONDS = 3;
const LAST_WORDS_SECONDS = 3;
const seconds = () => performance.now() / 1000;

/** @type {{ticket: Ticket, line: Line, stopRenewing: () => void} | null} */
let live = null;
/** @type {{ticket: Ticket, outcome: Outcome, legId: string} | null} The call that is over. */
let over = null;
let leaving = false;
let connection = /** @type {LineState} */ ("ended");
let connectionSince = 0;

const frame = await openFrame(redraw);
const { api, words } = frame;
const ear = openEar({
  words,
  lobbyLevel: levelPanel("lobby-level"),
  callLevel: levelPanel("level"),
  onChange: (track) => live?.line.speakWith(track),
});
const sound = openSound(words);
const lobby = openLobby({ frame, listensOnly: ear.listensOnly, onStart: start, onReturn: enter, onPlaybook: () => waiting.roleChanged() });
const desk = openDesk({
  words,
  onRate: rate,
  onSnooze: snooze,
  onGap: () => live?.line.again(),
  onFact: factCame,
  onSay: (message) => Boolean(live?.line.send(message)),
});
companyPanel({
  words,
  view: () => desk.view(),
  onName: (line, name) => inCall((id, token) => api.nameSpeaker(id, line, name, token)),
  onGive: (line, speakerId) => inCall((id, token) => api.giveLine(id, line, speakerId, token)),
});
const controls = openControls({
  frame,
  place: () => live && { seat: live.ticket.seat, line: live.line },
  view: () => desk.view(),
});
const waiting = openWaiting({
  frame,
  role: () => ROLES[lobby.playbook()]?.here ?? "rep",
  onAccepted: take,
});
const dialer = dialerPanel(words, { dial, hangUp: hangUpPhone });
const ending = endingPanel(words, (focus) => ofTheCallOver((id, token) => api.summary(id, focus, token)));
const lessons = lessonsPanel(words, {
  learnt: () => ofTheCallOver((id, token) => api.callProfile(id, token)),
  approve: (chosen) => ofTheCallOver((id, token) => api.approve(id, chosen, over?.legId ?? "", token)),
});
const again = againPanel(words, {
  sound: () => ofTheCallOver((id, token) => api.recording(id, token)),
  transcript: (format) => ofTheCallOver((id, token) => api.transcript(id, format, token)),
});

byId("hangup").addEventListener("click", hangUp);
byId("new-call").addEventListener("click", () => show("lobby"));
addEventListener("beforeunload", (event) => {
  if (live) event.preventDefault();
});
// The server learns at once that this page is gone, and keeps the call for one that is reloaded.
addEventListener("pagehide", () => live?.line.close());

/** Who lives where in the phone booth, by playbook: the number a newcomer can ring at once. @type {Record<string, string>} */
const BOOTH_NUMBERS = { coaching: "+33199000009", support: "+33199000001" };

/** @param {(id: string, token: string) => Promise<unknown>} ask */
async function inCall(ask) {
  if (live) await ask(live.ticket.seat.sessionId, live.ticket.seat.token);
}

/** @param {import("./lobby.js").Wish} wish */
async function start({ playbook, language, name, voices, profileId }) {
  await ear.open();
  const started = await frame.withKey(() => api.start({ playbook, language, ...(profileId && { profile_id: profileId }) }));
  const { session_id: sessionId, token } = started;
  const role = ROLES[playbook].here;
  try {
    const seat = { sessionId, token, role, speaker: { id: visitorId(role), name }, voices };
    await enter({ playbook, seat }, started.token_seconds);
  } catch (error) {
    dropTicket();
    await api.end(sessionId, token).catch(() => undefined);
    throw error;
  }
}

/** A call that rang here, and is ours now.
 * @param {import("./wires/reception.js").Accepted} accepted @param {string} name */
async function take({ call: sessionId, token, token_seconds: life, playbook }, name) {
  const role = ROLES[playbook]?.here ?? "rep";
  const seat = { sessionId, token, role, speaker: { id: visitorId(role), name } };
  await enter({ playbook, seat }, life);
}

/** Take a seat in a call: a new one, or the one this tab was in before it was reloaded.
 * @param {Ticket} ticket @param {number} [life] Of its token, in seconds. */
async function enter(ticket, life = 0) {
  await ear.open();
  desk.open(ticket.seat.sessionId);
  const simulated = frame.standing("telephone")?.readiness === "simulated";
  dialer.clear(simulated ? BOOTH_NUMBERS[ticket.playbook] : "");
  ear.answered();
  leaving = false;
  const line = openLine({
    doors: api,
    origin: location.origin,
    seat: ticket.seat,
    track: ear.track,
    cursor: () => desk.view().seq,
    onMessage: desk.take,
    onState: connectionChanged,
    onSound: sound.play,
  });
  const stopRenewing = keepFresh({
    doors: api,
    held: () => ticket.seat,
    life,
    onFresh: (token) => {
      ticket.seat.token = token;
      keepTicket(ticket);
    },
  });
  live = { ticket, line, stopRenewing };
  keepTicket(ticket);
  try {
    await line.join();
  } catch (error) {
    live = null;
    stopRenewing();
    await line.close();
    throw error;
  }
  waiting.setAvailable(false);
  show("call");
  controls.start();
  tick(0);
}

/** @param {import("./story/envelope.js").Envelope} envelope @param {import("./story/story.js").View} view */
function factCame({ type, data }, view) {
  const told = type === "utterance_heard" ? data.utterance.speaker.id : data.speaker_id;
  if (told === live?.ticket.seat.speaker.id) ear.answered();
  dialer.draw(view);
  controls.draw();
  if (type === "call_ended" && !leaving) finish();
  if (type === "leg_left" && data.reason === "handed_over" && isMine(data.leg_id, view)) leaveToOther();
}

/** @param {string} legId @param {import("./story/story.js").View} view */
function isMine(legId, view) {
  return view.legs.find(({ id }) => id === legId)?.speaker?.id === live?.ticket.seat.speaker.id;
}

/** The call goes on without us. */
function leaveToOther() {
  if (!live || leaving) return;
  leaving = true;
  finish(outcomeOf(desk.view()));
}

/** @param {LineState} state */
function connectionChanged(state) {
  if (state !== connection) {
    connectionSince = seconds();
    desk.forgetCaptions();
  }
  connection = state;
  drawConnection();
}

/** @param {number} lossRatio As last measured. @param {number} [lossAt] */
async function tick(lossRatio, lossAt = 0) {
  if (!live) return;
  const due = seconds() - lossAt > LOSS_EVERY_SECONDS;
  const ratio = due ? await live.line.lossRatio().catch(() => 0) : lossRatio;
  setTimeout(() => tick(ratio, due ? seconds() : lossAt), TICK_SECONDS * 1000);
  desk.tick();
  desk.notice(noticed(desk.view(), { now: seconds(), connection, connectionSince, lossRatio: ratio, ...ear.heard() }));
}

/** @param {string} insight_id @param {string} rating */
function rate(insight_id, rating) {
  const sent = live?.line.send({ type: "rate_insight", insight_id, rating });
  // Shown at once; the fact that comes back says the same.
  if (sent) desk.amend((view) => ({ ...view, ratings: { ...view.ratings, [insight_id]: rating } }));
  else byId("announcer").textContent = words().say("rate.notSent");
}

/** @param {number} time Seconds; 0: the coach speaks again. */
function snooze(time) {
  const sent = live?.line.send({ type: "snooze", seconds: time });
  if (!sent) byId("announcer").textContent = words().say("snooze.notSent");
}

/** @param {string} number */
async function dial(number) {
  if (!live) return;
  const { seat, playbook } = live.ticket;
  const role = ROLES[playbook].there;
  // Without an id of their own they get the house's usual one.
  const order = { phone_number: number, technician_id: "", technician_name: "", session_id: seat.sessionId, role };
  await frame
    .withKey(() => api.dial(order, seat.token))
    .catch((error) => {
      throw new Error(frame.sentence(error, "dial"));
    });
}

async function hangUpPhone() {
  const { phone } = desk.view();
  if (!live || !phone) return;
  const { sessionId, token } = live.ticket.seat;
  await api.hangUp(phone.sid, sessionId, token).catch((error) => {
    throw new Error(frame.sentence(error, "dial"));
  });
}

async function hangUp() {
  if (!live || leaving) return;
  leaving = true;
  buttonById("hangup").disabled = true;
  byId("connection").textContent = words().say("call.leaving");
  live.line.lastWords();
  const outcome = await askOutcome(live.ticket);
  for (let waited = 0; waited < LAST_WORDS_SECONDS && !desk.view().ended; waited += 0.1) await pause(0.1);
  await finish(outcome);
}

/** The call is over, by us or by the server: show what it came to. @param {Outcome} [outcome] */
async function finish(outcome) {
  if (!live) return;
  const { ticket, line, stopRenewing } = live;
  live = null;
  stopRenewing();
  dropTicket();
  ear.close();
  sound.stop();
  controls.stop();
  waiting.setAvailable(true);
  const legId = line.legId();
  await line.close();
  over = { ticket, outcome: outcome ?? (await askOutcome(ticket)), legId };
  show("ending");
}

/** Something of the call that is over; what goes wrong is a sentence.
 * @template Result @param {(id: string, token: string) => Promise<Result>} act */
async function ofTheCallOver(act) {
  const { sessionId, token } = /** @type {NonNullable<typeof over>} */ (over).ticket.seat;
  return frame
    .withKey(() => act(sessionId, token))
    .catch((error) => {
      throw new Error(frame.sentence(error));
    });
}

/** Ending twice is ending once: the answer tells what the call came to.
 * @param {Ticket} ticket @returns {Promise<Outcome>} */
async function askOutcome({ seat }) {
  const answer = await api.end(seat.sessionId, seat.token).catch(() => null);
  return answer ? { duration: answer.duration, stats: answer.session_stats } : outcomeOf(desk.view());
}

/** @param {keyof typeof SCREENS} screen */
function show(screen) {
  document.body.dataset.screen = screen;
  for (const id of Object.keys(SCREENS)) byId(id).hidden = id !== screen;
  byId("timer").hidden = screen !== "call";
  buttonById("hangup").disabled = false;
  if (screen === "lobby") lobby.arrive();
  if (screen === "ending" && over) {
    ending.clear();
    lessons.open();
    again.open(over.ticket.seat.sessionId, desk.view().marks.some(({ kind }) => kind === "recording_started"));
  }
  redraw();
  byId(SCREENS[screen]).focus();
}

function drawConnection() {
  const pill = byId("connection");
  pill.dataset.state = live ? connection : "idle";
  pill.textContent = live ? words().say(`state.${connection}`) : "";
}

function redraw() {
  drawConnection();
  lobby.draw();
  waiting.draw();
  ear.redraw();
  sound.list();
  if (live) {
    controls.draw();
    byId("dial-label").textContent = words().say(`dial.${ROLES[live.ticket.playbook].there}`);
    dialer.draw(desk.view());
    desk.redraw();
  }
  if (over) {
    const handed = desk.view().marks.some(({ kind, data }) => kind === "leg_left" && data.reason === "handed_over");
    const reason = desk.view().ended?.reason ?? (handed ? "handed_over" : "hung_up");
    byId("ending-reason").textContent = words().say("ending.reason", {
      reason: words().sayOr(`reason.${reason}`, reason),
    });
    ending.draw(desk.view(), over.outcome);
    lessons.draw();
  }
}

/** @param {number} time Seconds. */
function pause(time) {
  return new Promise((resolve) => setTimeout(resolve, time * 1000));
}

redraw();
await Promise.all([lobby.arrive(), ear.list()]);
