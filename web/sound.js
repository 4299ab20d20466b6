// What the others say: played on the loudspeaker of one's choice, and shown as a level.

import { byId, make, selectById } from "./panels/element.js";
import { levelPanel } from "./panels/level.js";
import { listen } from "./wires/loudness.js";
import { listDevices, watchDevices } from "./wires/microphone.js";

const PLACE = "kitt.speaker";
const LOOK_SECONDS = 0.1;

/** @param {() => import("./words/words.js").Words} words */
export function openSound(words) {
  const player = /** @type {HTMLAudioElement & {setSinkId?: (id: string) => Promise<void>}} */ (byId("others"));
  const select = selectById("call-speaker");
  const meter = levelPanel("level-them");
  /** @type {ReturnType<typeof listen> | null} */
  let ears = null;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let looking;
  byId("speaker-field").hidden = !player.setSinkId;

  async function list() {
    const known = (await listDevices("audiooutput")).filter(({ id }) => id !== "default");
    const chosen = localStorage.getItem(PLACE) ?? "";
    select.replaceChildren(
      make("option", { value: "" }, words().say("call.speakerDefault")),
      ...known.map(({ id, label }, index) =>
        make("option", { value: id }, label || words().say("call.speakerNumber", { number: index + 1 })),
      ),
    );
    select.value = known.some(({ id }) => id === chosen) ? chosen : "";
  }

  /** One that is gone, or refused, leaves the sound where it was. */
  async function choose() {
    await player.setSinkId?.(select.value).catch(() => undefined);
  }

  select.addEventListener("change", () => {
    localStorage.setItem(PLACE, select.value);
    choose();
  });
  watchDevices(list);

  return {
    /** @param {MediaStream} stream */
    play(stream) {
      player.srcObject = stream;
      player.play().catch(() => undefined);
      ears?.close();
      ears = listen(stream);
      looking ??= setInterval(() => meter.draw(ears?.hear().level ?? 0), LOOK_SECONDS * 1000);
      list().then(choose);
    },
    stop() {
      clearInterval(looking);
      looking = undefined;
      ears?.close();
      ears = null;
      player.srcObject = null;
    },
    list,
  };
}
