// How loud the microphone is, as a bar; drawn as often as the screen is.

import { byId } from "./element.js";

/** Of full deflection, per painted frame: quick up, slow down, as an eye likes it. */
const FALL = 0.04;

/** @param {string} id Of an element with role "meter". */
export function levelPanel(id) {
  const meter = byId(id);
  let shown = 0;
  return {
    /** @param {number} level 0 to 1. */
    draw(level) {
      shown = Math.max(level, shown - FALL);
      meter.style.setProperty("--level", shown.toFixed(3));
      const heard = Math.round(shown * 10) * 10;
      if (meter.getAttribute("aria-valuenow") !== String(heard)) meter.setAttribute("aria-valuenow", String(heard));
    },
  };
}
