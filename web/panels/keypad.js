// The keypad of a telephone: pressed here or typed, sent as tones, and shown as far as it was sent.

import { buttonById, byId, make } from "./element.js";
import { placeOver } from "./popovers.js";

const KEYS = [..."123456789*0#"];
/** As many as one order takes. */
const LONGEST = 32;

/**
 * @param {() => import("../words/words.js").Words} words
 * @param {(keys: string) => Promise<void>} onKeys Resolves when they were sent.
 */
export function keypadPanel(words, onKeys) {
  const opener = buttonById("keypad-open");
  const sheet = byId("keypad");
  const shown = byId("keypad-sent");
  let sent = "";
  let waiting = "";
  let sending = false;
  let whom = "";
  placeOver("keypad", "keypad-open");

  byId("keypad-keys").replaceChildren(
    ...KEYS.map((key) => {
      const button = make("button", { type: "button", class: "key", "data-testid": `key-${key}` }, key);
      button.addEventListener("click", () => press(key));
      return button;
    }),
  );
  sheet.addEventListener("toggle", (event) => {
    if (/** @type {ToggleEvent} */ (event).newState === "open") sheet.querySelector("button")?.focus();
  });
  sheet.addEventListener("keydown", (event) => {
    if (!KEYS.includes(event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    press(event.key);
  });

  /** @param {string} key */
  function press(key) {
    waiting += key;
    draw();
    if (!sending) send();
  }

  /** One order at a time, so that keys arrive in the order pressed. */
  async function send() {
    sending = true;
    while (waiting) {
      const keys = waiting.slice(0, LONGEST);
      const went = await onKeys(keys).then(
        () => true,
        () => false,
      );
      waiting = went ? waiting.slice(keys.length) : "";
      if (went) sent += keys;
      draw();
    }
    sending = false;
  }

  function draw() {
    shown.replaceChildren(
      sent.slice(-LONGEST),
      waiting && make("span", { class: "keypad-waiting" }, waiting),
      sent || waiting ? "" : words().say("keypad.nothing"),
    );
    shown.dataset.state = sent || waiting ? "sent" : "empty";
    byId("keypad-lead").textContent = words().say("keypad.lead", { who: whom });
  }

  return {
    /** @param {string | null} who On the telephone; null: nobody. */
    draw(who) {
      whom = who ?? "";
      opener.disabled = who === null;
      if (who === null && sheet.matches(":popover-open")) sheet.hidePopover();
      draw();
    },
    clear() {
      sent = waiting = "";
      draw();
    },
  };
}
