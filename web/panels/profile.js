// Whose call this is: what the house knew of them when it began. Hidden where nobody is known.

import { byId, make } from "./element.js";

/** @typedef {import("../words/words.js").Words} Words */

/** What matters while one talks, in the order of the eye. */
const LISTS = ["commitments", "objections", "products", "competitors", "needs"];

/** @param {() => Words} words */
export function profilePanel(words) {
  const panel = byId("profile");
  const title = byId("profile-title");
  const lists = byId("profile-lists");
  /** @type {Record<string, any> | null} */
  let drawn = null;
  let locale = "";

  return {
    /** @param {import("../story/story.js").View} view */
    draw({ profile }) {
      panel.hidden = !profile;
      if (!profile || (profile === drawn && locale === words().locale)) return;
      drawn = profile;
      locale = words().locale;
      title.replaceChildren(
        make("strong", { dir: "auto" }, profile.name || profile.company),
        make("span", { dir: "auto" }, [profile.position, profile.name && profile.company].filter(Boolean).join(", ")),
      );
      lists.replaceChildren(
        ...LISTS.filter((name) => profile[name]?.length).flatMap((name) => row(name, profile[name])),
        ...(profile.notes ? row("notes", profile.notes.split("\n")) : []),
      );
    },
  };

  /** @param {string} name @param {string[]} items */
  function row(name, items) {
    return [
      make("dt", {}, words().say(`profile.${name}`)),
      make("dd", { "data-testid": `profile-${name}` }, ...items.map((item) => make("p", { dir: "auto" }, item))),
    ];
  }
}
