// The call's clock as a page knows it: asked for over the wire, as NTP does, and told with how far it may be off.
// Law: pure. Of several rounds the shortest counts: the answer was given somewhere in it, most likely in its middle.

import { VERSION } from "./envelope.js";
import { isRecord, parse } from "./json.js";

/** Two clocks drift apart by this much at most, in seconds per second: an old round is worth less than a new one. */
const DRIFT = 0.0001;

/**
 * @typedef {object} Clockwork
 * @property {number} offset Call time minus this page's time, in seconds.
 * @property {number} uncertainty Half the round, in seconds: the offset may be off by so much.
 * @property {number} measuredAt This page's time.
 */

/**
 * The call's time in a message of the wire, and what this page's clock showed when it asked.
 *
 * @param {unknown} text
 * @returns {{call: string, sent: number, at: number} | null} Null when it is something else.
 */
export function readClock(text) {
  const raw = parse(text);
  if (!isRecord(raw) || raw.v !== VERSION || typeof raw.call !== "string" || !isRecord(raw.clock)) return null;
  const { sent, at } = raw.clock;
  return Number.isFinite(sent) && Number.isFinite(at) ? { call: raw.call, sent, at } : null;
}

/**
 * What is known once this round is over too.
 *
 * @param {Clockwork | null} known
 * @param {{sent: number, at: number}} answer
 * @param {number} came When the answer was here, by this page's clock.
 * @returns {Clockwork | null} As before, when the round says nothing better.
 */
export function withRound(known, { sent, at }, came) {
  if (came < sent) return known;
  const uncertainty = (came - sent) / 2;
  if (known && uncertainty > uncertaintyAt(known, came)) return known;
  return { offset: at - (sent + came) / 2, uncertainty, measuredAt: came };
}

/** How far the offset may be off by now. @param {Clockwork} known @param {number} now */
export const uncertaintyAt = ({ uncertainty, measuredAt }, now) => uncertainty + DRIFT * Math.max(0, now - measuredAt);
