// Figures as people read them; the same in every language of the house, so that a report can be compared.

/** A share of one as on the card: 0.626 is "62.6 %" (contract T24). @param {number} share */
export function percent(share) {
  return `${(Math.min(1, Math.max(0, share)) * 100).toFixed(1)} %`;
}

/** A short stretch: "85 ms" under a tenth of a second, else "1.4 s". @param {number} seconds */
export function stretch(seconds) {
  return seconds < 0.0995 ? `${Math.round(seconds * 1000)} ms` : `${seconds.toFixed(1)} s`;
}

/** A stage of a way, to be compared with others: "3 ms", "1240 ms". @param {number} seconds */
export const milliseconds = (seconds) => `${Math.round(seconds * 1000)} ms`;

/** A place in the call or a length: "0:07", "12:30", "1:02:03". @param {number} seconds */
export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (/** @type {number} */ part) => String(part).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  return hours ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/**
 * A telephone number as the network wants it, from what people type: "06 12 34 56 78" is "+33612345678".
 *
 * @param {string} typed
 * @returns {string | null} E.164, or null when it cannot be one.
 */
export function phoneNumber(typed) {
  const bare = typed.replace(/[\s().\-/\u00a0\u202f]/g, "").replace(/^00/, "+");
  const number = /^0[1-9]\d{8}$/.test(bare) ? `+33${bare.slice(1)}` : bare;
  return /^\+[1-9]\d{6,14}$/.test(number) ? number : null;
}
