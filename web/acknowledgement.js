// Tells the server when a card was on the screen, on the call's clock (contract N7).
// Law: only what is true of a page that somebody can see. A card drawn in a hidden tab, or told to a page that came
// later than it, is no delay of ours, and is not told.

import { readClock, uncertaintyAt, withRound } from "./story/clockwork.js";

/** Rounds asked for at first, one with each tick; then one every minute, for clocks drift. */
const FIRST_ROUNDS = 6;
const AGAIN_SECONDS = 60;
const seconds = () => performance.now() / 1000;

/**
 * @param {(message: object) => boolean} send Up the wire; false when there is none.
 */
export function openAcknowledgement(send) {
  /** @type {import("./story/clockwork.js").Clockwork | null} */
  let clockwork = null;
  let callId = "";
  let rounds = 0;
  let askedAt = 0;
  let openedAt = 0;
  /** When a card that is not on the screen yet was here, by its id. @type {Map<string, {at: number, here: number}>} */
  const fresh = new Map();

  function ask() {
    if (send({ type: "clock", sent: seconds() })) {
      rounds += 1;
      askedAt = seconds();
    }
  }

  /** @param {string} id @param {{at: number, here: number}} card */
  function tell(id, card) {
    const shownAt = seconds();
    if (!clockwork || document.visibilityState !== "visible" || card.at < openedAt + clockwork.offset) return;
    const { offset } = clockwork;
    const uncertainty = uncertaintyAt(clockwork, shownAt);
    send({ type: "painted", insight_id: id, arrived: card.here + offset, at: shownAt + offset, uncertainty });
  }

  return {
    /** @param {string} id The call's. */
    open(id) {
      callId = id;
      clockwork = null;
      rounds = 0;
      openedAt = seconds();
      fresh.clear();
    },
    /** A message of the wire: was it the call's time? @param {string} text */
    take(text) {
      const came = seconds();
      const answer = readClock(text);
      if (answer?.call === callId) clockwork = withRound(clockwork, answer, came);
      return answer !== null;
    },
    /** Ask for the call's time, when it is due. */
    tick() {
      if (rounds < FIRST_ROUNDS || seconds() - askedAt > AGAIN_SECONDS) ask();
    },
    /** Something of the story has come. @param {import("./story/envelope.js").Envelope} envelope */
    came({ type, at, data }) {
      if (type === "insight_given") fresh.set(data.insight.id, { at, here: seconds() });
    },
    /** All cards that have come are drawn, and the browser is about to paint them. */
    drawn() {
      const drawn = [...fresh];
      fresh.clear();
      if (!drawn.length || document.visibilityState !== "visible") return;
      // The second frame begins when the first one is on the screen.
      requestAnimationFrame(() => requestAnimationFrame(() => drawn.forEach(([id, card]) => tell(id, card))));
    },
  };
}
