// The words of a page's own markup: elements name their key, and are filled again when the language changes.

/** Attribute of the markup → what of the element is filled. */
const PLACES = Object.freeze({
  "data-words": "",
  "data-words-label": "aria-label",
  "data-words-title": "title",
  "data-words-placeholder": "placeholder",
});

/** @param {import("../words/words.js").Words} words */
export function fillWords(words) {
  document.documentElement.lang = words.locale;
  for (const [attribute, target] of Object.entries(PLACES)) {
    for (const element of document.querySelectorAll(`[${attribute}]`)) {
      const sentence = words.say(element.getAttribute(attribute) ?? "");
      if (target) element.setAttribute(target, sentence);
      else element.textContent = sentence;
    }
  }
  for (const button of document.querySelectorAll("[data-locale]")) {
    button.setAttribute("aria-pressed", String(button.getAttribute("data-locale") === words.locale));
  }
}

/** @param {(locale: string) => void} onChoose */
export function onLocale(onChoose) {
  for (const button of document.querySelectorAll("[data-locale]")) {
    button.addEventListener("click", () => onChoose(button.getAttribute("data-locale") ?? "fr"));
  }
}
