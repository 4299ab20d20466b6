// What is wrong and nobody has said yet: the four classic troubles (contract X06), seen from the page.
// Law: pure. Observations in, codes out; the words for a code are in words/*.json under "trouble".

/** @typedef {import("./story.js").View} View */

/**
 * @typedef {object} Observations
 * @property {number} now Seconds, any clock.
 * @property {string} connection A state of wires/line.js.
 * @property {number} connectionSince Seconds of the same clock, when that state began.
 * @property {number} voiceSeconds Seconds of voice the microphone has heard since the server last told of any.
 * @property {number} quietSeconds Seconds since it last heard voice.
 * @property {number} lossRatio Share of the last seconds of incoming sound that had to be invented, 0 to 1.
 */

export const LIMITS = Object.freeze({
  connectSeconds: 8,
  /** Somebody spoke this long, */
  voiceSeconds: 3,
  /** then paused this long, and still no word came; */
  waitSeconds: 5,
  /** or spoke longer than the longest segment (10 s, contract T11) takes to be written down. */
  unbrokenSeconds: 15,
  lossRatio: 0.05,
  questions: 3,
});

const NOT_THERE = new Set(["connecting", "reconnecting", "words_only", "lost"]);

/**
 * The codes of the troubles to show now, most pressing first.
 *
 * @param {View} view
 * @param {Observations} seen
 * @returns {string[]}
 */
export function noticed(view, seen) {
  if (view.ended) return [];
  const codes = [];
  if (NOT_THERE.has(seen.connection) && seen.now - seen.connectionSince >= LIMITS.connectSeconds) {
    codes.push("cannot_connect");
  }
  if (seen.lossRatio > LIMITS.lossRatio || lostFrames(view)) codes.push("chopped_audio");
  if (seen.connection === "connected" && ((unheard(seen) && !explained(view)) || noEngine(view))) codes.push("no_transcript");
  if (alwaysQuestions(view)) codes.push("always_questions");
  return codes;
}

/** @param {Observations} seen */
function unheard({ voiceSeconds, quietSeconds }) {
  const paused = voiceSeconds >= LIMITS.voiceSeconds && quietSeconds >= LIMITS.waitSeconds;
  return paused || voiceSeconds >= LIMITS.unbrokenSeconds;
}

/** Has the server told already why words are late or missing?
 * @param {View} view */
function explained(view) {
  return view.troubles.some(({ stage }) => stage === "scribe");
}

/** Was the latest stretch of voice left unwritten because nothing here hears this language?
 * @param {View} view */
function noEngine(view) {
  const last = view.marks.findLast((mark) => mark.kind === "segment_skipped");
  const spoken = view.utterances.at(-1);
  return last?.data.reason === "no_engine" && (!spoken || spoken.end < last.at);
}

/** Only questions, several in a row, and never an answer.
 * @param {View} view */
function alwaysQuestions(view) {
  const last = view.given.slice(-LIMITS.questions);
  return last.length === LIMITS.questions && last.every((card) => card.insight.type === "clarification_question");
}

/** Did the last leg that left lose more than one frame in twenty?
 * @param {View} view */
function lostFrames(view) {
  const left = view.marks.findLast((mark) => mark.kind === "leg_left");
  if (!left) return false;
  const frames = left.data.seconds * 50;
  return frames > 250 && (left.data.lost_frames ?? 0) / frames > LIMITS.lossRatio;
}
