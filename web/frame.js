// What all pages have: words, looks, the key, the doors, and what stands behind the server's ports.

import { enginesPanel } from "./panels/engines.js";
import { keyhole } from "./panels/keyhole.js";
import { looksPanel } from "./panels/looks.js";
import { fillWords, onLocale } from "./panels/wording.js";
import { DoorError, doors } from "./wires/api.js";
import { LOCALES, wordsOf } from "./words/words.js";

/** @typedef {import("./words/words.js").Words} Words */
/** @typedef {import("./panels/engines.js").Health} Health */

const PLACE = "kitt.locale";

/**
 * Open a page. Resolves when its words are on it.
 *
 * @param {() => void} redraw The language has changed: draw everything anew.
 */
export async function openFrame(redraw) {
  const key = keyhole();
  const api = doors({ key: key.key });
  let words = await loadWords(localStorage.getItem(PLACE) ?? LOCALES[0]);
  /** @type {Health | null | undefined} Null: the server does not answer; undefined: it was not asked yet. */
  let health;
  const tellWords = () => words;
  const engines = document.getElementById("engines") && enginesPanel(tellWords);
  const looks = looksPanel(tellWords);

  function draw() {
    fillWords(words);
    looks.draw();
    if (health !== undefined) engines?.draw(health);
  }

  onLocale(async (locale) => {
    words = await loadWords(locale);
    localStorage.setItem(PLACE, locale);
    draw();
    redraw();
  });
  draw();

  return {
    api,
    /** The house's key, for a socket; empty when none was given. */
    key: key.key,
    words: tellWords,
    /** @param {string} port */
    standing: (port) => health?.engines.find((standing) => standing.port === port),
    /** Ask the server what stands, and show it. */
    async lookAround() {
      health = await api.health().catch(() => null);
      engines?.draw(health ?? null);
    },
    /**
     * Do something that may need the house's key: ask the person for it when the server does.
     *
     * @template Result
     * @param {() => Promise<Result>} act
     * @returns {Promise<Result>}
     */
    async withKey(act) {
      for (;;) {
        try {
          return await act();
        } catch (error) {
          const locked = error instanceof DoorError && (error.status === 401 || (error.status === 403 && key.key()));
          if (!locked || !(await key.ask(Boolean(key.key())))) throw error;
        }
      }
    },
    /**
     * What went wrong, as a sentence.
     *
     * @param {unknown} error
     * @param {string} [task] Where the same code means something of its own: "dial".
     */
    sentence(error, task = "") {
      if (!(error instanceof DoorError)) return words.say("error.other", { message: String(error) });
      const values = { message: error.message || error.code };
      const common = words.sayOr(`error.${error.code}`, words.say("error.other"), values);
      return words.sayOr(`error.${task}.${error.code}`, common, values);
    },
  };
}

/** @typedef {Awaited<ReturnType<typeof openFrame>>} Frame */

/** @param {string} locale @returns {Promise<Words>} */
async function loadWords(locale) {
  const known = LOCALES.includes(locale) ? locale : LOCALES[0];
  const response = await fetch(`/static/words/${known}.json`);
  return wordsOf(known, await response.json());
}
