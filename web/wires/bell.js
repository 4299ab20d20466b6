// A gentle ring: two soft notes, again and again, made here so that no file has to be fetched.

const NOTES = [659.3, 880];
const NOTE_SECONDS = 0.35;
const AGAIN_SECONDS = 2.4;
/** Of full scale: heard in a room, startling nobody. */
const LOUDNESS = 0.12;

/** Law: a browser lets a page sound only once a person has touched it; `ready` belongs into a click. */
export function openBell() {
  /** @type {AudioContext | null} */
  let context = null;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let timer;

  function strike() {
    if (!context) return;
    for (const [index, frequency] of NOTES.entries()) note(context, frequency, index * NOTE_SECONDS);
  }

  return {
    ready: () => {
      context ??= new AudioContext();
      context.resume().catch(() => undefined);
    },
    ring: () => {
      if (timer !== undefined) return;
      strike();
      timer = setInterval(strike, AGAIN_SECONDS * 1000);
    },
    stop: () => {
      clearInterval(timer);
      timer = undefined;
    },
  };
}

/** @param {AudioContext} context @param {number} frequency @param {number} after Seconds. */
function note(context, frequency, after) {
  const start = context.currentTime + after;
  const loudness = new GainNode(context, { gain: 0 });
  loudness.gain.setValueAtTime(0, start);
  loudness.gain.linearRampToValueAtTime(LOUDNESS, start + 0.03);
  loudness.gain.exponentialRampToValueAtTime(0.001, start + NOTE_SECONDS * 2);
  const tone = new OscillatorNode(context, { frequency });
  tone.connect(loudness).connect(context.destination);
  tone.start(start);
  tone.stop(start + NOTE_SECONDS * 2);
}
