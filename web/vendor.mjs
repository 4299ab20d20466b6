// Copies what the API pages load from node_modules into vendor/, which git ignores. Run after `npm ci`.

import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));

/** From node_modules, to vendor/; a licence travels with its library. */
const FILES = Object.freeze({
  "swagger-ui-dist/swagger-ui-bundle.js": "swagger-ui/swagger-ui-bundle.js",
  "swagger-ui-dist/swagger-ui.css": "swagger-ui/swagger-ui.css",
  "swagger-ui-dist/LICENSE": "swagger-ui/LICENSE.txt",
  "swagger-ui-dist/NOTICE": "swagger-ui/NOTICE.txt",
  "redoc/bundles/redoc.standalone.js": "redoc/redoc.standalone.js",
  "redoc/bundles/redoc.standalone.js.LICENSE.txt": "redoc/redoc.standalone.js.LICENSE.txt",
  "redoc/LICENSE": "redoc/LICENSE.txt",
});

await rm(join(here, "vendor"), { recursive: true, force: true });
for (const [from, to] of Object.entries(FILES)) {
  const target = join(here, "vendor", to);
  await mkdir(dirname(target), { recursive: true });
  await copyFile(join(here, "node_modules", from), target);
}

// ReDoc asks its maker's server for a logo: our pages ask nobody for anything.
const redoc = join(here, "vendor", "redoc", "redoc.standalone.js");
const text = await readFile(redoc, "utf8");
const quiet = text.replaceAll(/https:\/\/cdn\.redoc\.ly\/[\w./-]+\.svg/g, "data:,");
if (quiet === text) throw new Error("ReDoc has changed: its logo's address was not found");
await writeFile(redoc, quiet);
