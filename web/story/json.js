// What comes down a wire as text, read as JSON: foreign until it has been looked at.

/** @param {unknown} text @returns {any} Null when it is no JSON. */
export function parse(text) {
  if (typeof text !== "string") return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** @param {unknown} value @returns {value is Record<string, any>} */
export function isRecord(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
