// The telephone of a call: a number to ring, and how the ringing goes.

import { phoneNumber } from "../words/figures.js";
import { buttonById, byId, inputById } from "./element.js";

/** @typedef {import("../words/words.js").Words} Words */
/** @typedef {import("../story/story.js").View} View */

const OVER = new Set(["completed", "busy", "failed", "no-answer", "canceled"]);

/** @param {{status: string} | null} phone */
export const isOver = (phone) => phone !== null && OVER.has(phone.status);

/**
 * @param {() => Words} words
 * @param {object} on
 * @param {(number: string) => Promise<void>} on.dial Resolves when the network has taken the order.
 * @param {() => Promise<void>} on.hangUp The telephone alone; the call goes on.
 */
export function dialerPanel(words, on) {
  const form = byId("dialer");
  const field = inputById("dial-number");
  const green = buttonById("dial");
  const red = buttonById("dial-hangup");
  const status = byId("phone-status");

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
    green.disabled = true;
    show("busy", words().say("dial.ordering"));
    await on.dial(number).catch((/** @type {Error} */ error) => show("wrong", error.message));
    green.disabled = false;
  });
  red.addEventListener("click", async () => {
    red.disabled = true;
    show("busy", words().say("dial.hangingUp"));
    await on.hangUp().catch((/** @type {Error} */ error) => show("wrong", error.message));
    red.disabled = false;
  });

  /** @param {string} state @param {string} text */
  function show(state, text) {
    status.dataset.state = state;
    status.textContent = text;
  }

  /** @param {boolean} ringing */
  function lock(ringing) {
    green.hidden = ringing;
    red.hidden = !ringing;
    field.readOnly = ringing;
  }

  return {
    /** @param {View} view */
    draw({ phone }) {
      if (!phone) return;
      show(phone.status, phoneStatus(phone, words()));
      lock(!isOver(phone));
      const answered = ["in-progress", "answered"].includes(phone.status);
      byId("dial-hangup-label").textContent = words().say(answered ? "dial.hangUp" : "dial.cancel");
    },
    /** @param {string} suggestion A number that can be rung at once. */
    clear(suggestion) {
      field.value = suggestion;
      lock(false);
      show("", "");
    },
  };
}

/** How the telephone call goes, in words, and whether a telephone network stood behind it.
 * @param {{status: string, simulated: boolean, answeredBy?: string}} phone @param {Words} words */
export function phoneStatus({ status, simulated, answeredBy = "" }, words) {
  const machine = status === "in-progress" && ["machine", "fax"].includes(answeredBy);
  const sentence = machine ? words.say("phone.machine") : words.sayOr(`phone.${status}`, status);
  return simulated ? words.say("phone.simulatedStatus", { status: sentence }) : sentence;
}
