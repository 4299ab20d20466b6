// One peer connection into a call: microphone out, the others in, the story down the data channel.

/** Candidates are gathered before the offer is posted, for this long at most. */
const GATHER_SECONDS = 2;

/** @typedef {import("./api.js").Doors} Doors */
/** @typedef {import("./api.js").LineQuality} LineQuality */
/** @typedef {{sessionId: string, token: string, role: string, speaker: {id: string, name: string}, voices?: number}} Seat */

/**
 * @typedef {object} PeerEvents
 * @property {(text: string) => void} onMessage A message of the data channel.
 * @property {(open: boolean) => void} onChannel The data channel opened, or died.
 * @property {(state: RTCPeerConnectionState) => void} onState
 * @property {(stream: MediaStream) => void} onSound What the others say.
 */

/**
 * @typedef {object} Peer
 * @property {string} legId
 * @property {(text: string) => boolean} send Up the data channel; false when it is not open.
 * @property {(track: MediaStreamTrack) => Promise<void>} speakWith Change the microphone.
 * @property {() => Promise<number>} lossRatio Share of the sound since the last question that had to be invented.
 * @property {() => Promise<LineQuality | null>} quality Of what arrives here since the last question; null before sound.
 * @property {() => void} close
 */

/**
 * @param {object} options
 * @param {Doors} options.doors
 * @param {Seat} options.seat
 * @param {MediaStreamTrack | null} options.track Null: listen only.
 * @param {() => number} options.cursor The last seq taken in: the story is told from there.
 * @param {PeerEvents} options.events
 * @returns {Promise<Peer>}
 * @throws {import("./api.js").DoorError} when the server refuses the offer
 */
export async function connectPeer({ doors, seat, track, cursor, events }) {
  const connection = new RTCPeerConnection({ iceServers: await doors.iceServers(seat.token) });
  try {
    const channel = connection.createDataChannel("kitt");
    channel.onmessage = ({ data }) => events.onMessage(String(data));
    channel.onopen = () => {
      channel.send(JSON.stringify({ type: "resume", after: cursor() }));
      events.onChannel(true);
    };
    channel.onclose = () => events.onChannel(false);
    connection.onconnectionstatechange = () => events.onState(connection.connectionState);
    connection.ontrack = ({ track: sound, streams }) => events.onSound(streams[0] ?? new MediaStream([sound]));
    const transceiver = connection.addTransceiver(track ?? "audio", { direction: track ? "sendrecv" : "recvonly" });
    await connection.setLocalDescription();
    await gathered(connection);
    const { sdp, type } = /** @type {RTCSessionDescription} */ (connection.localDescription);
    const { sessionId: session_id, token, role, speaker, voices = 1 } = seat;
    const answer = await doors.offer({ session_id, role, speaker, voices, sdp, type }, token);
    await connection.setRemoteDescription({ sdp: answer.sdp, type: answer.type ?? "answer" });
    return {
      legId: answer.leg_id,
      send: (text) => {
        if (channel.readyState !== "open") return false;
        channel.send(text);
        return true;
      },
      speakWith: (other) => transceiver.sender.replaceTrack(other),
      lossRatio: lossMeter(connection),
      quality: qualityMeter(connection),
      close: () => hangUp(connection, channel),
    };
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** @param {RTCPeerConnection} connection @param {RTCDataChannel} channel */
function hangUp(connection, channel) {
  channel.onopen = channel.onmessage = channel.onclose = null;
  connection.ontrack = connection.onconnectionstatechange = null;
  connection.close();
}

/** @param {RTCPeerConnection} connection @returns {Promise<void>} */
function gathered(connection) {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      connection.removeEventListener("icegatheringstatechange", look);
      resolve();
    };
    const look = () => {
      if (connection.iceGatheringState === "complete") done();
    };
    const timer = setTimeout(done, GATHER_SECONDS * 1000);
    connection.addEventListener("icegatheringstatechange", look);
    look();
  });
}

/** @param {RTCPeerConnection} connection @returns {() => Promise<number>} */
function lossMeter(connection) {
  let before = { concealed: 0, total: 0 };
  return async () => {
    const now = { concealed: 0, total: 0 };
    for (const report of (await connection.getStats()).values()) {
      if (report.type !== "inbound-rtp" || report.kind !== "audio") continue;
      // Silence that nobody sent is "silent concealment": it is not a fault.
      now.concealed += (report.concealedSamples ?? 0) - (report.silentConcealedSamples ?? 0);
      now.total += report.totalSamplesReceived ?? 0;
    }
    const total = now.total - before.total;
    const concealed = now.concealed - before.concealed;
    before = now;
    return total > 0 ? Math.max(0, concealed / total) : 0;
  };
}

/** @param {Pick<RTCPeerConnection, "getStats">} connection @returns {() => Promise<LineQuality | null>} */
export function qualityMeter(connection) {
  let before = { lost: 0, received: 0 };
  return async () => {
    const now = { lost: 0, received: 0 };
    let jitter = 0;
    /** @type {number | null} */
    let roundTrip = null;
    for (const report of (await connection.getStats()).values()) {
      if (report.type === "inbound-rtp" && report.kind === "audio") {
        now.lost += report.packetsLost ?? 0;
        now.received += report.packetsReceived ?? 0;
        jitter = Math.max(jitter, report.jitter ?? 0);
      }
      if (report.type === "candidate-pair" && report.nominated) roundTrip = report.currentRoundTripTime ?? roundTrip;
    }
    const lost = Math.max(0, now.lost - before.lost);
    const sent = lost + now.received - before.received;
    before = now;
    if (sent <= 0) return null;
    const round_trip_ms = roundTrip === null ? null : roundTrip * 1000;
    return { loss: lost / sent, jitter_ms: jitter * 1000, round_trip_ms };
  };
}
