// The call once more: its sound to listen to, what was said as a file.

import { buttonById, byId, make } from "./element.js";

/** @typedef {"csv" | "vtt"} Format */

/**
 * @param {() => import("../words/words.js").Words} words
 * @param {object} on What these throw is shown.
 * @param {() => Promise<Blob>} on.sound
 * @param {(format: Format) => Promise<Blob>} on.transcript
 */
export function againPanel(words, on) {
  const player = /** @type {HTMLAudioElement} */ (byId("recording-sound"));
  const file = /** @type {HTMLAnchorElement} */ (byId("recording-file"));
  const load = buttonById("recording-get");
  const status = byId("again-status");
  let callId = "";

  load.addEventListener("click", () =>
    attempt(load, async () => {
      const address = URL.createObjectURL(await on.sound());
      player.src = file.href = address;
      file.download = `${callId}.ogg`;
      player.hidden = file.hidden = false;
      load.hidden = true;
    }),
  );
  for (const format of /** @type {const} */ (["csv", "vtt"])) {
    const button = buttonById(`transcript-${format}`);
    button.addEventListener("click", () =>
      attempt(button, async () => save(await on.transcript(format), `${callId}.${format}`)),
    );
  }

  /** @param {HTMLButtonElement} button @param {() => Promise<void>} act */
  async function attempt(button, act) {
    button.disabled = true;
    status.textContent = words().say("ending.againLoading");
    status.textContent = await act().then(
      () => "",
      (/** @type {Error} */ error) => words().say("ending.againFailed", { message: error.message }),
    );
    button.disabled = false;
  }

  return {
    /** @param {string} id @param {boolean} recorded Was any of the call recorded? */
    open(id, recorded) {
      callId = id;
      if (player.src) URL.revokeObjectURL(player.src);
      player.removeAttribute("src");
      player.hidden = file.hidden = true;
      load.hidden = !recorded;
      status.textContent = "";
    },
  };
}

/** @param {Blob} blob @param {string} name */
function save(blob, name) {
  const address = URL.createObjectURL(blob);
  make("a", { href: address, download: name }).click();
  // The download has begun by then; before, some browsers find the address gone.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
