// A profile in a form: lists are one thing a line. What is wrong stands at its field.

import { byId } from "./element.js";

/** @typedef {import("../wires/api.js").Profile} Profile */
/** @typedef {import("../wires/api.js").ProfileWords} ProfileWords */
/** @typedef {HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement} Field */

const TEXTS = ["name", "company", "position", "language", "phone", "notes"];
const LISTS = ["products", "competitors", "needs", "objections", "commitments", "terms"];

/** @param {() => import("../words/words.js").Words} words */
export function profileForm(words) {
  const form = /** @type {HTMLFormElement} */ (byId("profile-form"));
  const failure = byId("form-error");
  let filled = "";

  /** @param {string} name */
  const field = (name) => /** @type {Field} */ (form.elements.namedItem(name));

  /** @returns {ProfileWords} */
  function read() {
    const texts = TEXTS.map((name) => [name, field(name).value.trim()]);
    const lists = LISTS.map((name) => [name, linesOf(field(name).value)]);
    const told = Object.fromEntries([...texts, ...lists]);
    return { ...told, phone: told.phone.replace(/[\s.()-]+/g, "") };
  }

  function clearFaults() {
    failure.hidden = true;
    for (const name of [...TEXTS, ...LISTS]) field(name).removeAttribute("aria-invalid");
  }

  return {
    read,
    clearFaults,
    /** @param {Profile | null} profile */
    fill(profile) {
      const told = /** @type {Record<string, any>} */ (profile ?? {});
      for (const name of TEXTS) field(name).value = told[name] ?? "";
      for (const name of LISTS) field(name).value = (told[name] ?? []).join("\n");
      filled = JSON.stringify(read());
      clearFaults();
    },
    /** Was anything typed that was not saved? */
    changed: () => JSON.stringify(read()) !== (filled || JSON.stringify(read())),
    /** @param {{field: string}[]} faults @param {string} otherwise What is said where no field is at fault. */
    showFaults(faults, otherwise) {
      const names = [...new Set(faults.map(({ field: place }) => place.split(".")[0]))];
      for (const name of names) field(name)?.setAttribute("aria-invalid", "true");
      const labels = names.map((name) => words().sayOr(`profile.${name}`, name)).join(", ");
      failure.textContent = names.length ? words().say("customers.wrong", { fields: labels }) : otherwise;
      failure.hidden = false;
      field(names[0] ?? "")?.focus();
    },
  };
}

/** @param {string} text */
function linesOf(text) {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
}
