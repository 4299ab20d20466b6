// Loads a library of the API pages; says what to run where it was not installed, instead of a blank page.

import { make } from "../panels/element.js";
import { wordsOf } from "../words/words.js";

const INSTALL = "cd web && npm ci && node vendor.mjs";

/**
 * @param {string} address Of a classic script that puts its library into the window.
 * @returns {Promise<boolean>} False when it is not there; the page then says what to do.
 */
export async function loadVendor(address) {
  const loaded = await new Promise((resolve) => {
    const script = make("script", { src: address });
    script.onload = () => resolve(true);
    script.onerror = () => resolve(false);
    document.head.append(script);
  });
  if (!loaded) await explain();
  return loaded;
}

async function explain() {
  const locale = localStorage.getItem("kitt.locale") === "en" ? "en" : "fr";
  const words = wordsOf(locale, await (await fetch(`/static/words/${locale}.json`)).json());
  document.documentElement.lang = locale;
  document
    .getElementById("document")
    ?.replaceChildren(
      make(
        "div",
        { class: "missing", role: "alert", "data-testid": "vendor-missing" },
        make("h1", {}, words.say("docs.missing")),
        make("p", {}, words.say("docs.run")),
        make("pre", {}, INSTALL),
        make("p", {}, words.say("docs.document"), " ", make("a", { href: "/openapi.json" }, "/openapi.json")),
      ),
    );
}
