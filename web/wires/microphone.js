// The microphone of this browser: which one, how loud, and muted or not.

import { listen } from "./loudness.js";

/** RMS of full scale above which a person is taken to speak; well above the house's gate, rooms are noisy. */
const VOICE = 0.02;

/**
 * @typedef {object} Microphone
 * @property {MediaStreamTrack} track
 * @property {(muted: boolean) => void} mute
 * @property {() => {level: number, voice: boolean}} hear How loud it is now, 0 to 1, and whether it is a voice.
 * @property {() => void} close
 */

/**
 * Open a microphone; the browser asks the person once.
 *
 * @param {string} [deviceId] Empty: the browser's own choice.
 * @returns {Promise<Microphone>}
 * @throws {DOMException} NotAllowedError, NotFoundError, NotReadableError, …
 */
export async function openMicrophone(deviceId = "") {
  if (!navigator.mediaDevices) throw new DOMException("microphones need https or localhost", "SecurityError");
  const stream = await navigator.mediaDevices.getUserMedia({
    audio: {
      deviceId: deviceId ? { exact: deviceId } : undefined,
      echoCancellation: true,
      noiseSuppression: true,
      autoGainControl: true,
    },
  });
  const [track] = stream.getAudioTracks();
  const ears = listen(stream);
  return {
    track,
    mute: (muted) => {
      track.enabled = !muted;
    },
    hear: () => {
      const { level, rms } = ears.hear();
      return { level, voice: rms >= VOICE };
    },
    close: () => {
      track.stop();
      ears.close();
    },
  };
}

/** The microphones, or the loudspeakers, of this machine; nameless until a microphone has been opened.
 * @param {"audioinput" | "audiooutput"} kind @returns {Promise<{id: string, label: string}[]>} */
export async function listDevices(kind) {
  if (!navigator.mediaDevices) return [];
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices
    .filter((device) => device.kind === kind && device.deviceId)
    .map(({ deviceId, label }) => ({ id: deviceId, label }));
}

/** @param {() => void} onChange */
export function watchDevices(onChange) {
  navigator.mediaDevices?.addEventListener("devicechange", onChange);
}
