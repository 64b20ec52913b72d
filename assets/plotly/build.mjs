// Builds plotly.min.js beside this file: Plotly.js with the traces that Downhill draws, a third of the whole.
// `make plotly` runs it, with Node.js; nothing else needs Node.js, for what it builds is in the repository.

import { readFile } from "node:fs/promises";
import { build } from "esbuild";
import { glsl } from "esbuild-plugin-glsl";

const TRACES = ["bar", "contour", "heatmap", "image", "scatter3d", "surface"];  // Scatter is always there.

const { version } = JSON.parse(await readFile(new URL("node_modules/plotly.js/package.json", import.meta.url)));
const registered = TRACES.map((name) => `require("plotly.js/lib/${name}")`).join(", ");

await build({
  stdin: {
    contents: `const Plotly = require("plotly.js/lib/core"); Plotly.register([${registered}]); module.exports = Plotly;`,
    resolveDir: import.meta.dirname,
  },
  outfile: "plotly.min.js",
  absWorkingDir: import.meta.dirname,
  bundle: true,
  minify: true,
  format: "iife",
  globalName: "Plotly",
  target: "es2020",
  // As in Plotly's own build, but for its style sheets, which are those of maps.
  define: { global: "window", "define.amd": "false" },
  plugins: [glsl({ minify: true })],
  loader: { ".css": "empty" },
  legalComments: "linked",
  banner: { js: `// plotly.js v${version}, with ${["scatter", ...TRACES].join(", ")}. MIT licence, Plotly, Inc.` },
});
