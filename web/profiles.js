// The house's customers: found, read, edited, made and erased by people.

import { openFrame } from "./frame.js";
import { labelOf } from "./panels/customer.js";
import { buttonById, byId, inputById, make } from "./panels/element.js";
import { profileForm } from "./panels/profileform.js";

/** @typedef {import("./wires/api.js").Profile} Profile */

const PAGE = 30;
const TYPING_MS = 200;

const frame = await openFrame(redraw);
const { api, words } = frame;
const search = inputById("search");
const people = byId("people");
const status = byId("form-status");
const deletion = /** @type {HTMLDialogElement} */ (byId("delete-dialog"));
const form = profileForm(words);
let offset = 0;
let total = 0;
let asked = 0;
/** @type {Profile[]} */
let shown = [];
/** The one in the form; null: a new one. @type {Profile | null} */
let edited = null;
/** What was saved meanwhile by somebody else. @type {Profile | null} */
let newer = null;
let said = "";
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

search.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(() => look(0), TYPING_MS);
});
buttonById("back").addEventListener("click", () => look(offset - PAGE));
buttonById("more").addEventListener("click", () => look(offset + PAGE));
buttonById("add").addEventListener("click", () => mayLeave() && open(null));
buttonById("delete").addEventListener("click", () => {
  byId("delete-title").textContent = words().say("customers.deleteTitle", { who: edited ? labelOf(edited) : "" });
  deletion.returnValue = "";
  deletion.showModal();
});
deletion.addEventListener("close", () => deletion.returnValue === "delete" && erase());
buttonById("take-newer").addEventListener("click", () => newer && open(newer));
buttonById("keep-mine").addEventListener("click", () => {
  if (!newer) return;
  edited = newer;
  save();
});
byId("profile-form").addEventListener("submit", (event) => {
  event.preventDefault();
  save();
});
addEventListener("beforeunload", (event) => {
  if (form.changed()) event.preventDefault();
});

const mayLeave = () => !form.changed() || confirm(words().say("customers.unsaved"));

/** @param {number} from */
async function look(from) {
  const number = ++asked;
  try {
    const found = await frame.withKey(() => api.profiles(search.value.trim(), PAGE, Math.max(0, from)));
    if (number !== asked) return;
    offset = found.offset;
    total = found.total;
    shown = found.profiles;
    drawList();
  } catch (error) {
    if (number === asked) byId("count").textContent = frame.sentence(error);
  }
}

/** @param {Profile | null} profile */
function open(profile) {
  edited = profile;
  newer = null;
  form.fill(profile);
  say("");
  draw();
  byId("form-title").focus();
}

async function save() {
  buttonById("save").disabled = true;
  form.clearFaults();
  try {
    const profile = edited;
    const told = form.read();
    const saved = await frame.withKey(() =>
      profile ? api.saveProfile(profile.id, { ...told, version: profile.version }) : api.makeProfile(told),
    );
    open(saved);
    say("customers.saved");
    await look(offset);
  } catch (error) {
    refused(error);
  }
  buttonById("save").disabled = false;
}

/** @param {any} error */
function refused(error) {
  const told = error?.answer?.error;
  if (told?.code === "profile_stale") newer = told.newer;
  else form.showFaults(told?.fields ?? [], frame.sentence(error, "profile"));
  draw();
}

async function erase() {
  const profile = edited;
  if (!profile) return;
  try {
    await frame.withKey(() => api.eraseProfile(profile.id));
    open(null);
    say("customers.deleted");
    await look(offset);
  } catch (error) {
    form.showFaults([], frame.sentence(error, "profile"));
  }
}

/** @param {string} key */
function say(key) {
  said = key;
  status.textContent = key ? words().say(key) : "";
}

function drawList() {
  byId("count").textContent = words().say("customers.count", { count: total });
  byId("pages").hidden = total <= PAGE;
  buttonById("back").disabled = offset === 0;
  buttonById("more").disabled = offset + PAGE >= total;
  people.replaceChildren(...shown.map(person));
}

/** @param {Profile} profile */
function person(profile) {
  const button = make(
    "button",
    { type: "button", class: "person quiet", "data-testid": "person", "aria-current": edited?.id === profile.id && "true" },
    make("strong", { dir: "auto" }, profile.name || profile.company),
    make("span", { dir: "auto" }, [profile.position, profile.name && profile.company].filter(Boolean).join(", ")),
  );
  button.addEventListener("click", () => mayLeave() && open(profile));
  return make("li", {}, button);
}

function draw() {
  byId("form-title").textContent = edited ? labelOf(edited) : words().say("customers.newTitle");
  byId("conflict").hidden = !newer;
  buttonById("delete").hidden = !edited;
  status.textContent = said ? words().say(said) : "";
  drawList();
}

function redraw() {
  draw();
}

draw();
await look(0);
