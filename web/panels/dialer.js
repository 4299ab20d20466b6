// The telephone of a call: a number to ring, and how the ringing goes.

import { phoneNumber } from "../words/figures.js";
import { buttonById, byId, inputById } from "./element.js";

/** @typedef {import("../words/words.js").Words} Words */
/** @typedef {import("../story/story.js").View} View */

const OVER = new Set(["completed", "busy", "failed", "no-answer", "canceled"]);

/**
 * @param {() => Words} words
 * @param {(number: string) => Promise<void>} onDial Resolves when the network has taken the order.
 */
export function dialerPanel(words, onDial) {
  const form = byId("dialer");
  const field = inputById("dial-number");
  const button = buttonById("dial");
  const status = byId("phone-status");
  let busy = false;

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const number = phoneNumber(field.value);
    field.setAttribute("aria-invalid", String(number === null));
    if (number === null) {
      show("wrong", words().say("dial.notANumber"));
      field.focus();
      return;
    }
    field.value = number;
    lock(true);
    show("busy", words().say("dial.ordering"));
    await onDial(number).catch((/** @type {Error} */ error) => {
      lock(false);
      show("wrong", error.message);
    });
  });

  /** @param {boolean} ringing */
  function lock(ringing) {
    busy = ringing;
    button.disabled = ringing;
  }

  /** @param {string} state @param {string} text */
  function show(state, text) {
    status.dataset.state = state;
    status.textContent = text;
  }

  return {
    /** @param {View} view */
    draw({ phone }) {
      if (!phone) return;
      const sentence = words().sayOr(`phone.${phone.status}`, phone.status);
      const over = OVER.has(phone.status);
      show(phone.status, phone.simulated ? words().say("phone.simulatedStatus", { status: sentence }) : sentence);
      if (busy !== !over) lock(!over);
    },
    clear() {
      lock(false);
      show("", "");
    },
  };
}
