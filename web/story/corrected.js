// Where in a line the corrected words stand. Law: pure; what cannot be placed is shown as plain text.

/** @typedef {{rule: string, heard: string, written: string}} Correction */
/** @typedef {{text: string, correction: Correction | null}} Piece */

/**
 * The line in pieces, in order: plain ones, and corrected ones with what was heard in their place. Both lines are gone
 * through side by side: a correction stands where they part.
 *
 * @param {{text: string, heard?: string, corrections?: Correction[]}} utterance
 * @returns {Piece[]}
 */
export function piecesOf({ text, heard = "", corrections = [] }) {
  /** @type {Piece[]} */
  const pieces = [];
  let [written, said] = [0, 0];
  for (const correction of corrections) {
    const same = placeOf(correction, text.slice(written), heard.slice(said));
    if (same < 0) return [{ text, correction: null }];
    if (same > 0) pieces.push({ text: text.slice(written, written + same), correction: null });
    pieces.push({ text: correction.written, correction });
    written += same + correction.written.length;
    said += same + correction.heard.length;
  }
  if (text.slice(written) !== heard.slice(said) && corrections.length > 0) return [{ text, correction: null }];
  if (written < text.length) pieces.push({ text: text.slice(written), correction: null });
  return pieces;
}

/** How much of both is the same before the correction; -1 when it stands nowhere. @param {Correction} correction @param {string} text @param {string} heard */
function placeOf({ heard: before, written: after }, text, heard) {
  for (let same = 0; same <= text.length && text.slice(0, same) === heard.slice(0, same); same += 1) {
    if (text.startsWith(after, same) && heard.startsWith(before, same)) return same;
  }
  return -1;
}
