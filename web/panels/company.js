// Who is who on a shared microphone: a click on a line's speaker names this voice, or gives the line to another.

import { companyOf } from "../story/company.js";
import { byId, inputById, make } from "./element.js";
import { nameOf, numberOf } from "./speakers.js";

/** @typedef {import("../story/story.js").View} View */
/** @typedef {import("../story/story.js").Speaker} Speaker */

/**
 * @param {object} options
 * @param {() => import("../words/words.js").Words} options.words
 * @param {() => View} options.view
 * @param {(utteranceId: string, name: string) => Promise<unknown>} options.onName The voice of this line has a name.
 * @param {(utteranceId: string, speakerId: string) => Promise<unknown>} options.onGive The line is another's; an empty
 *   id is somebody new.
 */
export function companyPanel({ words, view, onName, onGive }) {
  const sheet = byId("company");
  const form = byId("company-form");
  const name = inputById("company-name");
  const failure = byId("company-error");
  let line = "";

  byId("transcript").addEventListener("click", ({ target }) => {
    const button = target instanceof Element && target.closest("button[data-utterance]");
    if (button instanceof HTMLElement) open(button);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (name.value.trim()) attempt(onName(line, name.value.trim()));
  });

  /** @param {HTMLElement} button */
  function open(button) {
    line = button.dataset.utterance ?? "";
    const speaker = view().utterances.find(({ id }) => id === line)?.speaker;
    if (!speaker) return;
    failure.hidden = true;
    name.value = speaker.name;
    const others = companyOf(view(), speaker.id).filter(({ id }) => id !== speaker.id);
    byId("company-others").replaceChildren(
      ...others.map((other) => give(words().say("company.give", { who: labelOf(other) }), other.id)),
      give(words().say("company.giveNew"), ""),
    );
    sheet.showPopover();
    const { left, bottom } = button.getBoundingClientRect();
    sheet.style.left = `${Math.max(12, Math.min(left, innerWidth - sheet.offsetWidth - 12))}px`;
    sheet.style.top = `${Math.max(12, Math.min(bottom + 6, innerHeight - sheet.offsetHeight - 12))}px`;
    name.focus();
  }

  /** @param {Speaker} speaker */
  const labelOf = (speaker) => nameOf(words(), speaker) + numberOf(speaker);

  /** @param {string} label @param {string} speakerId */
  function give(label, speakerId) {
    const act = make("button", { type: "button", class: "bordered", "data-speaker": speakerId }, label);
    act.addEventListener("click", () => attempt(onGive(line, speakerId)));
    return make("li", {}, act);
  }

  /** @param {Promise<unknown>} asked */
  async function attempt(asked) {
    try {
      await asked;
      sheet.hidePopover();
    } catch (error) {
      failure.hidden = false;
      failure.textContent = words().say("company.refused");
    }
  }
}
