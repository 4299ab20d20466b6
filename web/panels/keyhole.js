// Asks for the house's key when the server wants one. Law: the key is kept for this tab only, never on disk.

import { byId, inputById } from "./element.js";

const PLACE = "kitt.key";

/** @returns {{key: () => string, ask: (wrong: boolean) => Promise<boolean>}} `ask` is false when the person gave up. */
export function keyhole() {
  const dialog = /** @type {HTMLDialogElement} */ (byId("key-dialog"));
  const field = inputById("key");
  const wrongNote = byId("key-wrong");
  return {
    key: () => sessionStorage.getItem(PLACE) ?? "",
    ask: (wrong) =>
      new Promise((resolve) => {
        field.value = "";
        wrongNote.hidden = !wrong;
        dialog.addEventListener(
          "close",
          () => {
            const given = dialog.returnValue === "save" && field.value.trim();
            if (given) sessionStorage.setItem(PLACE, given);
            field.value = "";
            resolve(Boolean(given));
          },
          { once: true },
        );
        dialog.returnValue = "";
        dialog.showModal();
      }),
  };
}
