// What this tab needs to come back into its call after a reload. Law: for this tab only, gone when it closes.

/** @typedef {import("./wires/peer.js").Seat} Seat */
/** @typedef {{seat: Seat, playbook: string}} Ticket */

const TICKET = "kitt.call";
const VISITOR = "kitt.visitor";

/** @param {Ticket} ticket */
export function keepTicket(ticket) {
  sessionStorage.setItem(TICKET, JSON.stringify(ticket));
}

/** @returns {Ticket | null} */
export function keptTicket() {
  const kept = sessionStorage.getItem(TICKET);
  return kept ? JSON.parse(kept) : null;
}

export function dropTicket() {
  sessionStorage.removeItem(TICKET);
}

/** The same person stays the same speaker in this tab, whatever breaks. @param {string} role */
export function visitorId(role) {
  const known = sessionStorage.getItem(VISITOR) ?? crypto.getRandomValues(new Uint32Array(1))[0].toString(36);
  sessionStorage.setItem(VISITOR, known);
  return `${role}-${known}`;
}
