// The HTTP doors: one function each, one error shape.
// Law: no wire touches the document.

/** @typedef {{session_id: string, token: string, token_seconds: number, warnings: string[]}} Started */
/** @typedef {{id: string, name: string}} Person */
/** @typedef {{session_id: string, role: string, speaker: Person, voices: number, sdp: string, type: string}} Offer */
/** @typedef {{port: string, engine: string, readiness: string, limits: string}} Standing */
/** @typedef {{status: string, engines: Standing[], missing: string[]}} Health */

/**
 * @typedef {object} DialOrder
 * @property {string} phone_number E.164.
 * @property {string} technician_id Empty: the house's usual one.
 * @property {string} technician_name
 * @property {string} session_id
 * @property {string} role "technician" or "customer".
 * @property {number} [voices] How many people share the telephone at most.
 */

/** @typedef {{loss: number, jitter_ms: number, round_trip_ms: number | null}} LineQuality `loss` is 0 to 1. */
/** @typedef {{leg_id: string, speaker_name?: string, speaker_role?: string, quality?: LineQuality | null}} LegState */
/** @typedef {{status: string, recording?: "off" | "on" | "paused", legs?: LegState[]}} State */
/** @typedef {{by: string, note: string, phone_number?: string, speaker_id?: string}} HandOver */

/**
 * @typedef {object} ProfileWords What people write of a customer.
 * @property {string} name
 * @property {string} company
 * @property {string} [position]
 * @property {string} [language]
 * @property {string} [phone] E.164.
 * @property {string[]} [products]
 * @property {string[]} [competitors]
 * @property {string[]} [needs]
 * @property {string[]} [objections]
 * @property {string[]} [commitments]
 * @property {string[]} [terms]
 * @property {string} [notes]
 */
/** @typedef {ProfileWords & {id: string, version: number}} Profile */
/** @typedef {{profiles: Profile[], total: number, offset: number}} ProfilePage */
/** @typedef {{id: string, field: string, words: string, quote: string, utterance_id: string}} Lesson */
/** @typedef {{profile: Profile | null, sure: "" | "certain" | "likely", lessons: Lesson[]}} CallProfile */

/** @typedef {{id: string, question: string, reason: string, count: number, calls: string[], last_at: number, done: boolean}} Gap */
/** @typedef {{gaps: Gap[], total: number, offset: number}} GapPage */
/** @typedef {{proposals: ProposedArticle[], total: number, offset: number}} ProposalPage */
/** @typedef {{session_id: string, playbook: string, language: string, status: "active" | "ended", started_at: number}} CallListed */
/** @typedef {{calls: CallListed[], total: number, offset: number}} CallPage */
/** @typedef {{start: number, text: string, language: string, speaker_role: string, speaker_name: string}} Said */
/** @typedef {{at: number, title: string, content: string, quote: string, status: string, sources: {title: string, version: string, score: number}[]}} Advised */
/** @typedef {{id: string, live: boolean, messages: Said[], insights: Advised[]}} CallRead */
/** @typedef {{decision: "approve" | "reject", title: string, steps?: string[]}} ProposalOrder */

/**
 * @typedef {object} ProposedArticle What a call that ended well has taught.
 * @property {string} id
 * @property {string} title
 * @property {string} language
 * @property {string} product
 * @property {string} symptom
 * @property {{text: string, because: string}[]} steps
 * @property {string} call_id
 * @property {number} created_at Seconds since 1970.
 * @property {string} why
 * @property {string} state "open", "approved" or "rejected".
 */

/** @typedef {{version: string, digest: string, added_at: number, passages: number}} Edition */

/**
 * @typedef {object} KnownDocument A document of the knowledge base.
 * @property {string} id
 * @property {string} source
 * @property {string} title
 * @property {string} language
 * @property {string} product
 * @property {string} valid_from As "2026-11-29"; empty: since ever.
 * @property {string} valid_until
 * @property {string} version
 * @property {number} passages
 * @property {Edition[]} editions Newest first.
 */
/** @typedef {{documents: KnownDocument[], total: number, passages: number, products: string[], offset: number}} DocumentPage */

/**
 * @typedef {object} Found A passage.
 * @property {string} id
 * @property {string} title
 * @property {string} section
 * @property {string} text
 * @property {string} source
 * @property {string} language
 * @property {string} version
 * @property {number} score 0 to 1.
 * @property {{name: string, value: number, reason: string}[]} parts What the score is made of.
 */
/** @typedef {{document: KnownDocument, passages: Found[]}} Shown */
/** @typedef {{passages: Found[], dropped: {passage: Found, rule: string, detail: string}[], min_score: number, took_ms: number}} SearchAnswer */

/**
 * @typedef {object} Job Documents on their way in.
 * @property {string} id
 * @property {string} state "waiting", "running", "done" or "failed".
 * @property {string} source The document it is at.
 * @property {number} documents_done
 * @property {number} documents_total
 * @property {number} passages_done
 * @property {number} passages_total
 * @property {string[]} added
 * @property {string[]} unchanged
 * @property {{source: string, reason: string}[]} skipped
 * @property {{passage_id: string, other_passage_id: string, likeness: number}[]} twins
 * @property {string} trouble
 */

/** What a door answered when it did not do what it was asked; status 0 when nobody answered at all. */
export class DoorError extends Error {
  /** @param {number} status @param {string} code @param {string} message */
  constructor(status, code, message) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/**
 * @param {object} options
 * @param {() => string} options.key The house's key, empty when none was given.
 * @param {string} [options.base] Address of the server; empty: the page's own.
 */
export function doors({ key, base = "" }) {
  /**
   * @param {string} method @param {string} path
   * @param {{body?: unknown, parts?: FormData, token?: string, limitSeconds?: number}} [options]
   * @returns {Promise<any>}
   */
  async function ask(method, path, options = {}) {
    return readAnswer(await reach(method, path, options));
  }

  /**
   * The bare answer of a door that did what it was asked.
   *
   * @param {string} method @param {string} path
   * @param {{body?: unknown, parts?: FormData, token?: string, limitSeconds?: number}} [options] `parts`: a form with
   *   a file, in the place of a body.
   * @returns {Promise<Response>}
   */
  async function reach(method, path, { body, parts, token = "", limitSeconds = 15 } = {}) {
    /** @type {Record<string, string>} */
    const headers = {};
    const credential = token || key();
    if (credential) headers.Authorization = `Bearer ${credential}`;
    if (body !== undefined) headers["Content-Type"] = "application/json";
    const response = await fetch(base + path, {
      method,
      headers,
      body: parts ?? (body === undefined ? undefined : JSON.stringify(body)),
      signal: AbortSignal.timeout(limitSeconds * 1000),
    }).catch((error) => {
      throw new DoorError(0, error.name === "TimeoutError" ? "no_answer" : "unreachable", String(error.message));
    });
    if (!response.ok) throw refusal(response.status, await readAnswer(response));
    return response;
  }

  const seat = encodeURIComponent;
  return {
    /** Ready or not (503), /health tells what stands behind each port. @returns {Promise<Health>} */
    health: () =>
      ask("GET", "/health").catch((error) => (error.answer?.engines ? error.answer : Promise.reject(error))),
    /** Throws unless this page has the operator's key, where there is one: a socket cannot tell why it was refused. */
    mayWait: () => ask("GET", "/calls?limit=1"),
    /** @param {string} search @param {number} limit @param {number} offset @returns {Promise<CallPage>} */
    calls: (search, limit, offset) => ask("GET", `/calls?search=${seat(search)}&limit=${limit}&offset=${offset}`),
    /** What was said in a call and what was advised. @param {string} id @returns {Promise<CallRead>} */
    read: async (id) => {
      const paths = ["state", "transcript", "insights"].map((path) => ask("GET", `/calls/${seat(id)}/${path}`));
      const [state, { messages }, { insights }] = await Promise.all(paths);
      return { id, live: state.status === "active", messages, insights };
    },
    /** @param {string} id */
    eraseCall: (id) => ask("DELETE", `/calls/${seat(id)}`),
    /** @param {{playbook: string, language: string, profile_id?: string}} order @returns {Promise<Started>} */
    start: (order) => ask("POST", "/calls/start", { body: order }),
    /** @param {string} search @param {number} limit @param {number} offset @returns {Promise<ProfilePage>} */
    profiles: (search, limit, offset) =>
      ask("GET", `/profiles?search=${seat(search)}&limit=${limit}&offset=${offset}`),
    /** @param {ProfileWords} profile @returns {Promise<Profile>} */
    makeProfile: async (profile) => (await ask("POST", "/profiles", { body: profile })).profile,
    /** @param {string} id @param {ProfileWords & {version: number}} profile @returns {Promise<Profile>} */
    saveProfile: async (id, profile) => (await ask("PUT", `/profiles/${seat(id)}`, { body: profile })).profile,
    /** @param {string} id */
    eraseProfile: (id) => ask("DELETE", `/profiles/${seat(id)}`),
    /** @param {string} search @param {number} limit @param {number} offset @returns {Promise<DocumentPage>} */
    documents: (search, limit, offset) =>
      ask("GET", `/knowledge/documents?search=${seat(search)}&limit=${limit}&offset=${offset}`),
    /** @param {string} id @returns {Promise<Shown>} */
    document: (id) => ask("GET", `/knowledge/documents/${seat(id)}`),
    /** @param {string} id */
    forget: (id) => ask("DELETE", `/knowledge/documents/${seat(id)}`),
    /** @param {File} file @param {Record<string, string>} label @returns {Promise<Job>} */
    addFile: (file, label) => {
      const parts = new FormData();
      parts.append("file", file);
      parts.append("name", file.name);
      for (const [name, value] of Object.entries(label)) parts.append(name, value);
      return ask("POST", "/knowledge/files", { parts, limitSeconds: 120 });
    },
    /** @param {string[]} urls @param {Record<string, string>} label @returns {Promise<Job>} */
    addPages: (urls, label) => ask("POST", "/knowledge/documents", { body: { urls, ...label } }),
    /** @param {string} id @returns {Promise<Job>} */
    job: (id) => ask("GET", `/knowledge/jobs/${seat(id)}`),
    /** @param {number} limit @param {number} offset @returns {Promise<GapPage>} */
    gaps: (limit, offset) => ask("GET", `/knowledge/gaps?limit=${limit}&offset=${offset}`),
    /** @param {string} id @param {boolean} done */
    markGap: (id, done) => ask("POST", `/knowledge/gaps/${seat(id)}`, { body: { done } }),
    /** @param {number} limit @param {number} offset @returns {Promise<ProposalPage>} */
    proposals: (limit, offset) => ask("GET", `/knowledge/proposals?limit=${limit}&offset=${offset}`),
    /** @param {string} id @param {ProposalOrder} order @returns {Promise<{job_id: string}>} */
    decideProposal: (id, order) => ask("POST", `/knowledge/proposals/${seat(id)}`, { body: order }),
    /** @param {{query: string, product: string, error_codes: string[]}} wish @returns {Promise<SearchAnswer>} */
    searchKnowledge: (wish) => ask("POST", "/knowledge/search", { body: wish }),
    /** Whose call it is, and what it has told of them. @param {string} id @param {string} [token]
     * @returns {Promise<CallProfile>} */
    callProfile: (id, token) => ask("GET", `/calls/${seat(id)}/profile`, { token: key() || token }),
    /** @param {string} id @param {string[]} lessons @param {string} by leg_id. @param {string} [token]
     * @returns {Promise<{changes: unknown[]}>} */
    approve: (id, lessons, by, token) =>
      ask("POST", `/calls/${seat(id)}/profile`, { body: { lessons, by }, token: key() || token }),
    /** @param {string} id @param {string} token @returns {Promise<{token: string, token_seconds: number}>} */
    freshToken: (id, token) => ask("POST", `/calls/${seat(id)}/token`, { token }),
    /** @param {string} id @param {string} [token] @returns {Promise<State>} */
    state: (id, token) => ask("GET", `/calls/${seat(id)}/state`, { token }),
    /** @param {string} id @param {string} [token] */
    end: (id, token) => ask("POST", `/calls/${seat(id)}/end`, { token: key() || token, limitSeconds: 30 }),
    /** @param {string} id @param {"client" | "rep"} focus @param {string} [token] */
    summary: (id, focus, token) =>
      ask("POST", `/${focus === "client" ? "resume" : "summary"}/${seat(id)}`, {
        token: key() || token,
        limitSeconds: 30,
      }),
    /** @param {string} [token] @returns {Promise<RTCIceServer[]>} */
    iceServers: async (token) => {
      const config = await ask("GET", "/rtc/config", { token });
      return config.iceServers ?? config.ice_servers ?? [];
    },
    /** @param {Offer} offer @param {string} token
     * @returns {Promise<{leg_id: string, sdp: string, type: RTCSdpType}>} */
    offer: (offer, token) => ask("POST", "/rtc/offer", { body: offer, token }),
    /** @param {string} legId @param {string} token */
    leave: (legId, token) => ask("DELETE", `/rtc/${seat(legId)}`, { token }),
    /** @param {DialOrder} order
     * @param {string} [token] @returns {Promise<{call_sid: string, session_id: string}>} */
    dial: (order, token) => ask("POST", "/twilio/initiate-call", { body: order, token: key() || token }),
    /** @param {string} callSid @param {string} id @param {string} [token] */
    hangUp: (callSid, id, token) =>
      ask("POST", "/twilio/end-call", {
        body: { call_sid: callSid, session_id: id },
        token: key() || token,
        limitSeconds: 30,
      }),
    /** @param {string} id @param {string} legId @param {boolean} held @param {string} [token] */
    hold: (id, legId, held, token) =>
      ask("POST", `/calls/${seat(id)}/legs/${seat(legId)}/hold`, { body: { held }, token: key() || token }),
    /** @param {string} id @param {string} legId @param {string} keys @param {string} [token] */
    keys: (id, legId, keys, token) =>
      ask("POST", `/calls/${seat(id)}/legs/${seat(legId)}/keys`, { body: { keys }, token: key() || token }),
    /** The voice of this line has a name. @param {string} id @param {string} line @param {string} name
     * @param {string} [token] */
    nameSpeaker: (id, line, name, token) =>
      ask("POST", `/calls/${seat(id)}/speakers`, { body: { name, utterance_ids: [line] }, token: key() || token }),
    /** @param {string} id @param {string} line @param {string} speaker_id Empty: somebody new. @param {string} [token] */
    giveLine: (id, line, speaker_id, token) =>
      ask("POST", `/calls/${seat(id)}/utterances/${seat(line)}/speaker`, {
        body: { speaker_id },
        token: key() || token,
      }),
    /** @param {string} id @param {boolean} resolved @param {string} [token] @returns {Promise<unknown>} */
    settle: (id, resolved, token) =>
      ask("POST", `/calls/${seat(id)}/case`, { body: { resolved }, token: key() || token }),
    /** @param {string} id @param {HandOver} order @param {string} [token] @returns {Promise<{to: string}>} */
    handOver: (id, order, token) =>
      ask("POST", `/calls/${seat(id)}/hand-over`, { body: order, token: key() || token, limitSeconds: 60 }),
    /** @param {string} id @param {"start" | "pause" | "resume" | "stop"} action @param {string} [token] */
    record: (id, action, token) =>
      ask("POST", `/calls/${seat(id)}/recording`, { body: { action }, token: key() || token }),
    /** The sound of a call. @param {string} id @param {string} [token] @returns {Promise<Blob>} */
    recording: async (id, token) => {
      const path = `/calls/${seat(id)}/recording`;
      return (await reach("GET", path, { token: key() || token, limitSeconds: 120 })).blob();
    },
    /** What was said, as a file. @param {string} id @param {"csv" | "vtt"} format @param {string} [token]
     * @returns {Promise<Blob>} */
    transcript: async (id, format, token) =>
      (await reach("GET", `/calls/${seat(id)}/transcript?format=${format}`, { token: key() || token })).blob(),
    /** @param {string} id @param {number} limit @param {string} [token] */
    suggestions: (id, limit, token) =>
      ask("GET", `/demo/get-session-suggestions?session_id=${seat(id)}&limit=${limit}`, { token: key() || token }),
  };
}

/** @typedef {ReturnType<typeof doors>} Doors */

/** @param {Response} response */
async function readAnswer(response) {
  const text = await response.text();
  try {
    return text ? JSON.parse(text) : {};
  } catch {
    return {};
  }
}

/** @param {number} status @param {any} answer */
function refusal(status, answer) {
  const error = new DoorError(status, answer?.error?.code ?? `http_${status}`, answer?.error?.message ?? "");
  return Object.assign(error, { answer });
}
