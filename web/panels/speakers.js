// Who spoke, as a person reads it: name, role, and the role's colour by its data-role.

import { make } from "./element.js";

/** @typedef {import("../words/words.js").Words} Words */

/** @param {Words} words @param {{role: string, name?: string} | null} speaker */
export function nameOf(words, speaker) {
  const role = words.sayOr(`role.${speaker?.role ?? "unknown"}`, speaker?.role ?? "");
  if (speaker?.name && speaker.role === "unknown") return speaker.name;
  return speaker?.name ? `${speaker.name} · ${role}` : role;
}

/** @param {Words} words @param {{role: string, name?: string, id?: string}} speaker */
export function badge(words, speaker) {
  return make("span", { class: "speaker", "data-role": speaker.role }, nameOf(words, speaker) + numberOf(speaker));
}

/** The second, third … voice of a microphone, as long as it has no name. @param {{id?: string, name?: string}} speaker */
export function numberOf({ id = "", name = "" }) {
  const number = /\.(\d+)$/.exec(id)?.[1];
  return number && !name ? ` ${number}` : "";
}
