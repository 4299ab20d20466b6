// The API document in Swagger UI, from this server alone.

import { loadVendor } from "./vendor.js";

if (await loadVendor("/static/vendor/swagger-ui/swagger-ui-bundle.js")) {
  const { SwaggerUIBundle } = /** @type {any} */ (window);
  SwaggerUIBundle({
    url: "/openapi.json",
    dom_id: "#document",
    deepLinking: true,
    persistAuthorization: false,
    // The validator's badge would be fetched from elsewhere.
    validatorUrl: null,
  });
}
