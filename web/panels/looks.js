// Light or dark: as the machine says, or as the person chose.

import { buttonById } from "./element.js";

const PLACE = "kitt.theme";
const THEMES = ["auto", "light", "dark"];

/** @param {() => import("../words/words.js").Words} words */
export function looksPanel(words) {
  const button = buttonById("theme");
  let theme = localStorage.getItem(PLACE) ?? "auto";
  button.addEventListener("click", () => {
    theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];
    localStorage.setItem(PLACE, theme);
    draw();
  });
  function draw() {
    document.documentElement.dataset.theme = theme;
    const sentence = words().say(`theme.${theme}`);
    button.setAttribute("aria-label", sentence);
    button.title = sentence;
  }
  return { draw };
}
