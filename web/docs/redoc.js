// The API document in ReDoc, from this server alone.

import { loadVendor } from "./vendor.js";

if (await loadVendor("/static/vendor/redoc/redoc.standalone.js")) {
  const { Redoc } = /** @type {any} */ (window);
  const options = {
    hideDownloadButton: false,
    theme: { typography: { fontFamily: "system-ui", headings: { fontFamily: "system-ui" } } },
  };
  Redoc.init("/openapi.json", options, document.getElementById("document"));
}
