// The recording of a call: on in plain red, paused for what may not be recorded, off.

import { buttonById, byId } from "./element.js";

/** @typedef {"start" | "pause" | "resume" | "stop"} RecordingAction */

/**
 * @param {() => import("../words/words.js").Words} words
 * @param {(action: RecordingAction) => Promise<void>} onAct
 */
export function recordingPanel(words, onAct) {
  const record = buttonById("record");
  const pause = buttonById("record-pause");
  let state = /** @type {"off" | "on" | "paused"} */ ("off");
  record.addEventListener("click", () => act(state === "off" ? "start" : "stop"));
  pause.addEventListener("click", () => act(state === "paused" ? "resume" : "pause"));

  /** @param {RecordingAction} action */
  async function act(action) {
    record.disabled = pause.disabled = true;
    await onAct(action).catch(() => undefined);
    record.disabled = pause.disabled = false;
  }

  return {
    /** @param {"off" | "on" | "paused"} now */
    draw(now) {
      state = now;
      const label = (/** @type {HTMLElement} */ button, /** @type {string} */ key) => {
        button.setAttribute("aria-label", words().say(key));
        button.title = words().say(key);
      };
      record.dataset.state = now;
      record.setAttribute("aria-pressed", String(now !== "off"));
      label(record, now === "off" ? "record.start" : "record.stop");
      byId("record-label").textContent = words().say(now === "off" ? "tile.record" : "tile.stop");
      pause.hidden = now === "off";
      pause.setAttribute("aria-pressed", String(now === "paused"));
      label(pause, now === "paused" ? "record.resume" : "record.pauseWhy");
      byId("record-pause-label").textContent = words().say(now === "paused" ? "record.resume" : "record.pause");
      const flag = byId("recording-flag");
      flag.hidden = now === "off";
      flag.dataset.state = now;
      flag.textContent = now === "off" ? "" : words().say(`record.${now}`);
    },
  };
}
