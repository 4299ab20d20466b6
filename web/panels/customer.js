// Whose call is about to begin: chosen among the house's customers while one types, or made on the spot.

import { buttonById, byId, inputById, make } from "./element.js";

/** @typedef {import("../words/words.js").Words} Words */
/** @typedef {import("../wires/api.js").Profile} Profile */

const TYPING_MS = 200;
const SHOWN = 20;

/**
 * @param {() => Words} words
 * @param {object} doors
 * @param {(search: string, limit: number) => Promise<Profile[]>} doors.find
 * @param {(profile: {name: string, company: string}) => Promise<Profile>} doors.make
 * @param {(error: unknown) => string} doors.sentence
 */
export function customerPanel(words, { find, make: makeProfile, sentence }) {
  const field = inputById("customer");
  const options = byId("customers");
  const status = byId("customer-status");
  const sheet = byId("customer-new");
  const open = buttonById("customer-new-open");
  const name = inputById("customer-name");
  const company = inputById("customer-company");
  /** By what stands in the field. @type {Map<string, Profile>} */
  let known = new Map();
  /** @type {Profile | null} */
  let chosen = null;
  let asked = 0;
  let looked = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  field.addEventListener("input", () => {
    choose();
    clearTimeout(timer);
    if (!chosen) timer = setTimeout(look, TYPING_MS);
  });
  open.addEventListener("click", () => show(sheet.hidden));
  buttonById("customer-make").addEventListener("click", create);
  for (const input of [name, company]) {
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter") {
        event.preventDefault(); // the form around it starts the call
        create();
      }
      if (event.key === "Escape") show(false);
    });
  }

  /** What stands in the field, as a customer where it is one. */
  function choose() {
    chosen = known.get(field.value) ?? null;
    draw();
  }

  async function look() {
    const number = ++asked;
    try {
      const found = await find(field.value.trim(), SHOWN);
      if (number !== asked) return;
      offer(found);
      looked = true;
      choose();
    } catch (error) {
      if (number === asked) say("wrong", sentence(error));
    }
  }

  /** Two who are called alike are told apart by their ids. @param {Profile[]} found */
  function offer(found) {
    known = new Map();
    for (const profile of found) {
      const label = labelOf(profile);
      known.set(known.has(label) ? `${label} (${profile.id})` : label, profile);
    }
    options.replaceChildren(...[...known.keys()].map((value) => make("option", { value })));
  }

  async function create() {
    if (!name.value.trim() && !company.value.trim()) {
      name.focus();
      return say("wrong", words().say("customer.needsName"));
    }
    const button = buttonById("customer-make");
    button.disabled = true;
    try {
      const profile = await makeProfile({ name: name.value.trim(), company: company.value.trim() });
      offer([profile]);
      field.value = labelOf(profile);
      choose();
      show(false);
      field.focus();
    } catch (error) {
      say("wrong", sentence(error));
    }
    button.disabled = false;
  }

  /** @param {boolean} shown */
  function show(shown) {
    sheet.hidden = !shown;
    open.setAttribute("aria-expanded", String(shown));
    if (!shown) return;
    name.value = chosen ? "" : field.value.trim();
    company.value = "";
    name.focus();
  }

  /** @param {string} state @param {string} text */
  function say(state, text) {
    status.dataset.state = state;
    status.textContent = text;
  }

  function draw() {
    if (chosen) say("chosen", words().say("customer.chosen", { who: labelOf(chosen) }));
    else if (!field.value.trim()) say("", "");
    else say("", looked && known.size === 0 ? words().say("customer.nobody") : words().say("customer.choose"));
  }

  return {
    draw,
    /** The id of the one who was chosen; empty: nobody. */
    chosen: () => chosen?.id ?? "",
    clear() {
      field.value = "";
      chosen = null;
      show(false);
      draw();
    },
  };
}

/** @param {{name: string, company: string, id: string}} profile */
export function labelOf({ name, company, id }) {
  return [name, company].filter(Boolean).join(", ") || id;
}
