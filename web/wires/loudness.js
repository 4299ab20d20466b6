// How loud a stream of sound is just now: a microphone's, or the others'.

/**
 * @param {MediaStream} stream
 * @returns {{hear: () => {level: number, rms: number}, close: () => void}} `level` is 0 to 1 as an eye expects it,
 *   `rms` of full scale.
 */
export function listen(stream) {
  const context = new AudioContext();
  const analyser = new AnalyserNode(context, { fftSize: 1024 });
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  return {
    hear: () => {
      if (context.state === "suspended") context.resume().catch(() => undefined);
      analyser.getFloatTimeDomainData(samples);
      const rms = Math.hypot(...samples) / Math.sqrt(samples.length);
      return { level: loudness(rms), rms };
    },
    close: () => {
      context.close().catch(() => undefined);
    },
  };
}

/** RMS to what an eye expects of a meter: -60 dB is 0, -10 dB is 1. @param {number} rms */
function loudness(rms) {
  return Math.min(1, Math.max(0, (20 * Math.log10(rms + 1e-6) + 60) / 50));
}
