// Builds plotly.min.js beside this file: Plotly.js with the traces that Downhill draws, a third of the whole.
// `make plotly` runs it, with Node.js; nothing else needs Node.js, for what it builds is in the repository. Another
// release: its number into package.json, `npm install --package-lock-only --ignore-scripts` here, then `make plotly`.

import { readFile, readdir, writeFile } from "node:fs/promises";
import { build } from "esbuild";
import { glsl } from "esbuild-plugin-glsl";

const TRACES = ["bar", "contour", "heatmap", "image", "scatter3d", "surface"];  // Scatter is always there.

const { version } = JSON.parse(await readFile(new URL("node_modules/plotly.js/package.json", import.meta.url)));
const registered = TRACES.map((name) => `require("plotly.js/lib/${name}")`).join(", ");

const { metafile } = await build({
  metafile: true,
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
  legalComments: "none",
  banner: { js: `// plotly.js v${version}, with ${["scatter", ...TRACES].join(", ")}. MIT licence, Plotly, Inc.` },
});

// What is given away goes with the licences of its parts.
const packages = Object.entries(Object.values(metafile.outputs)[0].inputs)
  .filter(([, { bytesInOutput }]) => bytesInOutput)
  .map(([file]) => file.match(/^.*node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0])
  .filter(Boolean);
const texts = [];
for (const folder of [...new Set(["node_modules/plotly.js", ...packages.sort()])]) {
  const { name, version: of, license } = JSON.parse(await readFile(`${folder}/package.json`));
  const file = (await readdir(folder)).find((one) => /^licen[cs]e/i.test(one));
  const text = file ? (await readFile(`${folder}/${file}`, "utf8")).trim() : "";
  texts.push(`== ${name} ${of}: ${typeof license === "string" ? license : "see below"}\n\n${text}\n`);
}
await writeFile("plotly.min.js.LEGAL.txt", texts.join("\n"));
