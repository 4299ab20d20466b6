// Words by locale: every sentence a page shows stands in fr.json and en.json, under the same key.

export const LOCALES = Object.freeze(["fr", "en"]);

/**
 * @typedef {object} Words
 * @property {string} locale Two letters.
 * @property {(key: string, values?: Record<string, string | number>) => string} say The sentence, its {blanks} filled.
 * @property {(key: string, otherwise: string, values?: Record<string, string | number>) => string} sayOr The same,
 *   for keys made of foreign words (a code, a status): `otherwise` where the page has no sentence of its own.
 */

/**
 * @param {string} locale
 * @param {Record<string, string>} table Flat: "card.why" is a key.
 * @returns {Words}
 */
export function wordsOf(locale, table) {
  const sayOr = (
    /** @type {string} */ key,
    /** @type {string} */ otherwise,
    /** @type {Record<string, any>} */ values = {},
  ) => {
    const sentence = Object.hasOwn(table, key) ? table[key] : otherwise;
    return sentence.replace(/\{(\w+)\}/g, (blank, name) => (name in values ? String(values[name]) : blank));
  };
  return { locale, sayOr, say: (key, values) => sayOr(key, key, values) };
}
