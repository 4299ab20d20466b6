// An envelope, checked: what comes down a wire is foreign until it has the form of kitt_rtc/wire.py.

import { isRecord, parse } from "./json.js";

export const VERSION = 1;

/** The facts this page knows; the others are passed over, so that an old page outlives a new fact. */
export const KINDS = Object.freeze([
  "call_started",
  "profile_read",
  "profile_updated",
  "leg_joined",
  "leg_left",
  "phone_status_changed",
  "call_offered",
  "call_handed_over",
  "help_wanted",
  "leg_held",
  "keys_pressed",
  "reply_spoken",
  "recording_changed",
  "segment_skipped",
  "utterance_heard",
  "language_switched",
  "speaker_named",
  "speaker_corrected",
  "context_read",
  "answer_traced",
  "gap_found",
  "case_settled",
  "insight_given",
  "insight_withheld",
  "insight_painted",
  "insight_followed",
  "insight_rated",
  "coach_snoozed",
  "model_asked",
  "summary_written",
  "trouble",
  "trouble_over",
  "call_resumed",
  "call_ended",
]);

/**
 * @typedef {object} Envelope
 * @property {number} v Version of the form.
 * @property {string} call The call's id.
 * @property {number} seq 1, 2, 3, … without gaps.
 * @property {number} at Seconds since the call began.
 * @property {string} type A name of KINDS; anything else is passed over.
 * @property {Record<string, any>} data The fact's own fields.
 */

/** What must be there, and of which type, before a fact may enter the story. */
const FIELDS = Object.freeze({
  call_started: { playbook: "string", language: "string" },
  leg_joined: { leg_id: "string" },
  leg_left: { leg_id: "string", reason: "string" },
  phone_status_changed: { call_sid: "string", status: "string" },
  call_offered: { rung: "object", accepted_by: "string", seconds: "number" },
  call_handed_over: { by: "string", to: "string" },
  help_wanted: { reason: "string" },
  leg_held: { leg_id: "string", held: "boolean" },
  keys_pressed: { leg_id: "string", keys: "string", sent: "boolean" },
  reply_spoken: { insight_id: "string", outcome: "string" },
  recording_changed: { state: "string" },
  segment_skipped: { reason: "string", seconds: "number" },
  utterance_heard: { utterance: "object" },
  language_switched: { speaker_id: "string", language: "string" },
  speaker_named: { speaker: "object" },
  speaker_corrected: { utterance_id: "string", speaker: "object" },
  context_read: { phase: "string", utterance_ids: "object" },
  answer_traced: { queries: "object", found: "object", outcome: "string" },
  gap_found: { question: "string", reason: "string" },
  case_settled: { resolved: "boolean", by: "string" },
  insight_given: { insight: "object", verdict: "object" },
  insight_withheld: { insight: "object", verdict: "object" },
  insight_painted: { insight_id: "string", stages: "object" },
  insight_followed: { insight_id: "string" },
  coach_snoozed: { until: "number" },
  model_asked: { tokens_in: "number", tokens_out: "number" },
  profile_read: { profile: "object" },
  profile_updated: { profile_id: "string", changes: "object" },
  insight_rated: { insight_id: "string", rating: "string" },
  summary_written: { summary: "object" },
  trouble: { stage: "string", code: "string" },
  trouble_over: { stage: "string", code: "string" },
  call_resumed: { gap: "number" },
  call_ended: { reason: "string" },
});

/**
 * The envelope in a message of the wire.
 *
 * A version, a type or a form that is not known here keeps its place in the order (type "unknown"), so that the
 * story goes on behind it.
 *
 * @param {unknown} text
 * @returns {Envelope | null} Null when it is no envelope at all.
 */
export function readEnvelope(text) {
  const raw = parse(text);
  if (!isRecord(raw) || !Number.isInteger(raw.seq) || raw.seq < 1 || typeof raw.call !== "string") return null;
  const at = Number.isFinite(raw.at) ? raw.at : 0;
  const place = { v: VERSION, call: raw.call, seq: raw.seq, at };
  const known = raw.v === VERSION && isRecord(raw.data) && fits(raw.type, raw.data);
  return known ? { ...place, type: raw.type, data: raw.data } : { ...place, type: "unknown", data: {} };
}

/** @param {unknown} type @param {Record<string, any>} data */
function fits(type, data) {
  if (!Object.hasOwn(FIELDS, String(type))) return false;
  const fields = /** @type {Record<string, Record<string, string>>} */ (FIELDS)[String(type)];
  return Object.entries(fields).every(([name, kind]) => typeof data[name] === kind && data[name] !== null);
}
