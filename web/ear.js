// The microphone of the softphone: choosing, testing, muting, and how long somebody has spoken without being
// written down.

import { buttonById, byId, make, selectById } from "./panels/element.js";
import { DoorError } from "./wires/api.js";
import { listDevices, openMicrophone, watchDevices } from "./wires/microphone.js";

/** @typedef {import("./words/words.js").Words} Words */
/** @typedef {ReturnType<import("./panels/level.js").levelPanel>} Level */

const LISTEN_SECONDS = 0.1;
const PLACE = "kitt.microphone";

/**
 * @param {object} options
 * @param {() => Words} options.words
 * @param {Level} options.lobbyLevel
 * @param {Level} options.callLevel
 * @param {(track: MediaStreamTrack) => void} options.onChange Another microphone was chosen.
 */
export function openEar({ words, lobbyLevel, callLevel, onChange }) {
  const choices = [selectById("microphone"), selectById("call-microphone")];
  const muteButton = buttonById("mute");
  /** @type {import("./wires/microphone.js").Microphone | null} */
  let microphone = null;
  let refused = "";
  let muted = false;
  let voiceSeconds = 0;
  let quietSeconds = 0;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let ears;

  function listen() {
    const { level, voice } = microphone?.hear() ?? { level: 0, voice: false };
    const spoken = voice && !muted;
    voiceSeconds += spoken ? LISTEN_SECONDS : 0;
    quietSeconds = spoken ? 0 : quietSeconds + LISTEN_SECONDS;
    for (const meter of [lobbyLevel, callLevel]) meter.draw(muted ? 0 : level);
  }

  /** @param {string} id */
  async function use(id) {
    const opened = await openMicrophone(id);
    microphone?.close();
    microphone = opened;
    opened.mute(muted);
    refused = "";
    ears ??= setInterval(listen, LISTEN_SECONDS * 1000);
    byId("lobby-level").hidden = false;
    await list();
    drawMute();
  }

  async function list() {
    const known = await listDevices("audioinput");
    const chosen = localStorage.getItem(PLACE) ?? "";
    const options = known.map(({ id, label }, index) => ({
      id,
      label: label || words().say("lobby.microphoneNumber", { number: index + 1 }),
    }));
    for (const select of choices) {
      select.replaceChildren(
        make("option", { value: "" }, words().say("lobby.microphoneDefault")),
        ...options.filter(({ id }) => id !== "default").map(({ id, label }) => make("option", { value: id }, label)),
      );
      select.value = options.some(({ id }) => id === chosen) ? chosen : "";
    }
  }

  /** Why the microphone did not open, as a sentence; empty when it did. @param {() => Promise<void>} act */
  async function attempt(act) {
    try {
      await act();
      return "";
    } catch (error) {
      const { name } = /** @type {DOMException} */ (error);
      refused = name;
      return words().sayOr(`microphone.${name}`, words().say("microphone.other", { name }));
    }
  }

  function drawMute() {
    const key = !microphone ? "call.noMicrophone" : muted ? "call.unmute" : "call.mute";
    muteButton.disabled = !microphone;
    muteButton.setAttribute("aria-pressed", String(muted || !microphone));
    muteButton.setAttribute("aria-label", words().say(key));
    muteButton.title = words().say(key);
  }

  function toggle() {
    muted = !muted;
    microphone?.mute(muted);
    drawMute();
  }

  muteButton.addEventListener("click", toggle);
  document.addEventListener("keydown", ({ key, target, ctrlKey, metaKey, altKey }) => {
    const typing = target instanceof Element && target.closest("input, select, textarea, dialog");
    const inCall = document.body.dataset.screen === "call";
    if (key.toLowerCase() === "m" && inCall && microphone && !typing && !ctrlKey && !metaKey && !altKey) toggle();
  });
  for (const select of choices) {
    select.addEventListener("change", async () => {
      localStorage.setItem(PLACE, select.value);
      if (!microphone) return;
      await attempt(() => use(select.value));
      onChange(microphone.track);
    });
  }
  buttonById("try-microphone").addEventListener("click", async () => {
    const sentence = await attempt(() => use(choices[0].value));
    byId("lobby-error").hidden = !sentence;
    byId("lobby-error").textContent = sentence;
  });
  watchDevices(() => list());

  return {
    list,
    /** Have a microphone. Throws the sentence to show when there is none; a second time, listening alone will do. */
    async open() {
      if (microphone || refused) return;
      const sentence = await attempt(() => use(choices[0].value));
      if (sentence) throw new DoorError(0, "microphone", sentence);
    },
    listensOnly: () => Boolean(refused) && !microphone,
    track: () => microphone?.track ?? null,
    /** Words came: what was spoken until now was heard. */
    answered() {
      voiceSeconds = 0;
    },
    heard: () => ({ voiceSeconds, quietSeconds }),
    redraw() {
      drawMute();
      list();
    },
    close() {
      clearInterval(ears);
      ears = undefined;
      microphone?.close();
      microphone = null;
      refused = "";
      muted = false;
      byId("lobby-level").hidden = true;
      drawMute();
    },
  };
}

/** @typedef {ReturnType<typeof openEar>} Ear */
