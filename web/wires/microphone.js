// The microphone of this browser: which one, how loud, and muted or not.

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
  const context = new AudioContext();
  const analyser = new AnalyserNode(context, { fftSize: 1024 });
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  return {
    track,
    mute: (muted) => {
      track.enabled = !muted;
    },
    hear: () => {
      if (context.state === "suspended") context.resume().catch(() => undefined);
      analyser.getFloatTimeDomainData(samples);
      const rms = Math.hypot(...samples) / Math.sqrt(samples.length);
      return { level: loudness(rms), voice: rms >= VOICE };
    },
    close: () => {
      track.stop();
      context.close().catch(() => undefined);
    },
  };
}

/** The microphones of this machine; nameless until one has been opened.
 * @returns {Promise<{id: string, label: string}[]>} */
export async function listMicrophones() {
  if (!navigator.mediaDevices) return [];
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices
    .filter((device) => device.kind === "audioinput" && device.deviceId)
    .map(({ deviceId, label }) => ({ id: deviceId, label }));
}

/** @param {() => void} onChange */
export function watchMicrophones(onChange) {
  navigator.mediaDevices?.addEventListener("devicechange", onChange);
}

/** RMS to what an eye expects of a meter: -60 dB is 0, -10 dB is 1. @param {number} rms */
function loudness(rms) {
  return Math.min(1, Math.max(0, (20 * Math.log10(rms + 1e-6) + 60) / 50));
}
