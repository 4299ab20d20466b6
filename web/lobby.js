// The screen before a call: who calls, about what, in which language; and the way back into a call that still runs.

import { customerPanel } from "./panels/customer.js";
import { buttonById, byId, inputById, selectById } from "./panels/element.js";
import { limitsOf } from "./panels/engines.js";
import { dropTicket, keptTicket } from "./ticket.js";

/** @typedef {import("./ticket.js").Ticket} Ticket */
/** @typedef {{playbook: string, language: string, name: string, voices: number, profileId: string}} Wish */

const NAME = "kitt.name";

/**
 * @param {object} options
 * @param {import("./frame.js").Frame} options.frame
 * @param {() => boolean} options.listensOnly Will the call be without a microphone?
 * @param {(wish: Wish) => Promise<void>} options.onStart What it throws is shown.
 * @param {(ticket: Ticket) => Promise<void>} options.onReturn
 * @param {() => void} options.onPlaybook Another kind of call was chosen.
 */
export function openLobby({ frame, listensOnly, onStart, onReturn, onPlaybook }) {
  const { api, words } = frame;
  const form = byId("start-form");
  const name = inputById("name");
  const voices = inputById("voices");
  const language = selectById("call-language");
  const failure = byId("lobby-error");
  name.value = localStorage.getItem(NAME) ?? "";
  const customer = customerPanel(words, {
    find: async (search, limit) => (await frame.withKey(() => api.profiles(search, limit, 0))).profiles,
    make: (profile) => frame.withKey(() => api.makeProfile(profile)),
    sentence: (error) => frame.sentence(error, "profile"),
  });

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    localStorage.setItem(NAME, name.value.trim());
    attempt(() => onStart({ playbook: playbook(), language: language.value, name: name.value.trim(), voices: voices.valueAsNumber, profileId: customer.chosen() }));
  });
  byId("resume-join").addEventListener("click", () => {
    const ticket = keptTicket();
    if (ticket) attempt(() => onReturn(ticket)).then(offerReturn);
  });
  byId("resume-end").addEventListener("click", async () => {
    const ticket = keptTicket();
    if (ticket) await api.end(ticket.seat.sessionId, ticket.seat.token).catch(() => undefined);
    await offerReturn();
  });
  language.addEventListener("change", warnOfLanguage);

  const playbook = () => /** @type {HTMLInputElement} */ (form.querySelector("input[name=playbook]:checked")).value;
  for (const choice of form.querySelectorAll("input[name=playbook]")) choice.addEventListener("change", onPlaybook);

  /** @param {() => Promise<void>} act */
  async function attempt(act) {
    failure.hidden = true;
    label(true);
    await act().catch((error) => {
      failure.hidden = false;
      failure.textContent = frame.sentence(error);
    });
    label(false);
  }

  /** @param {boolean} busy */
  function label(busy) {
    buttonById("start").disabled = busy;
    const key = busy ? "lobby.starting" : listensOnly() ? "lobby.startListening" : "lobby.start";
    byId("start-label").textContent = words().say(key);
  }

  /** A call of this tab that still runs can be taken up again. */
  async function offerReturn() {
    const ticket = keptTicket();
    const state = ticket && (await api.state(ticket.seat.sessionId, ticket.seat.token).catch(() => null));
    const running = state?.status === "active";
    byId("resume").hidden = !running;
    if (ticket && !running) dropTicket();
  }

  /** What will not be written down is told before the call. */
  function warnOfLanguage() {
    const transcriber = frame.standing("transcriber");
    const note = byId("language-warning");
    note.hidden = !transcriber || transcriber.readiness === "ready" || language.value === "en";
    if (note.hidden || !transcriber) return;
    // The embedded engine is known here; of another one the server's own sentence is shown.
    const embedded = transcriber.engine.startsWith("Moonshine");
    const key = language.value === "fr" ? "lobby.languageNotHeard" : "lobby.languageEnglishOnly";
    note.textContent = embedded ? words().say(key) : limitsOf(transcriber, words());
  }

  function draw() {
    label(false);
    warnOfLanguage();
    customer.draw();
  }

  return {
    draw,
    playbook,
    /** The lobby is shown (again): ask what stands, and whether a call still runs. */
    async arrive() {
      customer.clear();
      await Promise.all([frame.lookAround(), offerReturn()]);
      draw();
    },
  };
}
