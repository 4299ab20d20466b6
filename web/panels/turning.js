// A list that comes in pages: the two buttons below it, and which page is shown.

import { buttonById, byId } from "./element.js";

/** Rows of a page. */
export const ROWS = 20;

/** @param {string} list Its id; the buttons' ids begin with it. @param {() => void} look Ask for the page anew. */
export function turning(list, look) {
  let offset = 0;
  /** @param {number} by */
  const turn = (by) => {
    offset = Math.max(0, offset + by);
    look();
  };
  buttonById(`${list}-back`).addEventListener("click", () => turn(-ROWS));
  buttonById(`${list}-more`).addEventListener("click", () => turn(ROWS));

  return {
    offset: () => offset,
    /** @param {number} total Of all pages. */
    draw(total) {
      byId(`${list}-pages`).hidden = total <= ROWS && offset === 0;
      buttonById(`${list}-back`).disabled = offset === 0;
      buttonById(`${list}-more`).disabled = offset + ROWS >= total;
    },
  };
}
