// Handing a call over: to a number or to a colleague at a desk, with what they should know.

import { phoneNumber } from "../words/figures.js";
import { buttonById, byId, inputById } from "./element.js";

/** @typedef {{phone_number: string} | {speaker_id: string}} Receiver */

/**
 * @param {() => import("../words/words.js").Words} words
 * @param {(to: Receiver, note: string) => Promise<void>} onHandOver Resolves when the other is being rung; what it
 *   throws is shown in the dialog.
 */
export function handOverPanel(words, onHandOver) {
  const opener = buttonById("hand-over-open");
  const dialog = /** @type {HTMLDialogElement} */ (byId("hand-over"));
  const to = inputById("hand-over-to");
  const note = /** @type {HTMLTextAreaElement} */ (byId("hand-over-note"));
  const go = buttonById("hand-over-go");
  const wrong = byId("hand-over-wrong");

  opener.addEventListener("click", () => {
    to.value = note.value = "";
    complain("");
    dialog.showModal();
    to.focus();
  });
  buttonById("hand-over-cancel").addEventListener("click", () => dialog.close());
  byId("hand-over-form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const receiver = receiverOf(to.value);
    if (!receiver) {
      complain(words().say("handOver.wrong"));
      to.focus();
      return;
    }
    go.disabled = true;
    await onHandOver(receiver, note.value.trim()).then(
      () => dialog.close(),
      (/** @type {Error} */ error) => complain(error.message),
    );
    go.disabled = false;
  });

  /** @param {string} sentence Empty: nothing is wrong. */
  function complain(sentence) {
    wrong.hidden = !sentence;
    wrong.textContent = sentence;
    to.setAttribute("aria-invalid", String(Boolean(sentence)));
  }

  return {
    /** @param {boolean} possible Is there anybody to hand over? */
    draw(possible) {
      opener.disabled = !possible;
      if (!possible && dialog.open) dialog.close();
    },
  };
}

/** A number as the network wants it, or a colleague's id; null when it is neither. @param {string} typed
 * @returns {Receiver | null} */
function receiverOf(typed) {
  const phone_number = phoneNumber(typed);
  if (phone_number) return { phone_number };
  const speaker_id = typed.trim();
  return /^[A-Za-z][A-Za-z0-9_.-]{0,63}$/.test(speaker_id) ? { speaker_id } : null;
}
