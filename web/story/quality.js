// How good a line is, in one word. Law: pure.

/** @typedef {{loss: number, jitter_ms: number, round_trip_ms: number | null}} LineQuality `loss` is 0 to 1. */
/** @typedef {"good" | "fair" | "poor"} Grade */

/** Above these a listener begins to notice, and above those to complain. */
export const LIMITS = Object.freeze({
  fair: { loss: 0.02, jitter_ms: 30, round_trip_ms: 300 },
  poor: { loss: 0.05, jitter_ms: 60, round_trip_ms: 600 },
});

/** @param {LineQuality} quality @returns {Grade} */
export function gradeOf(quality) {
  if (exceeds(quality, LIMITS.poor)) return "poor";
  return exceeds(quality, LIMITS.fair) ? "fair" : "good";
}

/** A call is as good as its worst line; null while no line can be told. @param {LineQuality[]} qualities
 * @returns {Grade | null} */
export function worstOf(qualities) {
  const grades = qualities.map(gradeOf);
  return /** @type {const} */ (["poor", "fair", "good"]).find((grade) => grades.includes(grade)) ?? null;
}

/** @param {LineQuality} quality @param {{loss: number, jitter_ms: number, round_trip_ms: number}} limit */
function exceeds({ loss, jitter_ms, round_trip_ms }, limit) {
  return loss > limit.loss || jitter_ms > limit.jitter_ms || (round_trip_ms ?? 0) > limit.round_trip_ms;
}
