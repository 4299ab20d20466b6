// Small sheets above the dock: each opens over the button that calls it, and closes on Escape or a click elsewhere.

import { byId } from "./element.js";

const MARGIN = 12;

/** Keep a sheet over its button, and inside the window. @param {string} sheetId @param {string} buttonId */
export function placeOver(sheetId, buttonId) {
  const sheet = byId(sheetId);
  const button = byId(buttonId);
  sheet.addEventListener("toggle", (event) => {
    if (/** @type {ToggleEvent} */ (event).newState !== "open") return;
    const { left, width, top } = button.getBoundingClientRect();
    const widest = innerWidth - sheet.offsetWidth - MARGIN;
    sheet.style.left = `${Math.max(MARGIN, Math.min(left + width / 2 - sheet.offsetWidth / 2, widest))}px`;
    sheet.style.bottom = `${innerHeight - top + MARGIN}px`;
  });
}
