// Bundles `src` into one module, and collects the licences of the packages that went into it: `node build.mjs FOLDER`.

import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

const folder = process.argv[2];
mkdirSync(folder, { recursive: true });
const { metafile } = await build({
  entryPoints: ["src/main.js"],
  outfile: `${folder}/companion.js`,
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: true,
  legalComments: "none",
  banner: { js: "// Made by scripts/frontend-bundle from frontend-telemetry/src; whose work is in it, and by which licences, is in LICENSES.txt." },
  external: ["/actions.js"], // the page's
  metafile: true,
});

const [output] = Object.values(metafile.outputs);
const used = Object.entries(output.inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0);
const packages = new Set(used.flatMap(([path]) => path.match(/^node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0] ?? []));
const byText = new Map();
for (const path of [...packages].sort()) {
  const { name, version, license } = JSON.parse(readFileSync(`${path}/package.json`));
  const file = readdirSync(path).find((file) => /^licen[cs]e/i.test(file));
  if (!file || existsSync(`${path}/NOTICE`)) throw new Error(`${name}: no licence, or a notice, which has to be kept too`);
  const text = readFileSync(`${path}/${file}`, "utf8").trim();
  byText.set(text, [...(byText.get(text) ?? []), `${name} ${version} (${license})`]);
}
const parts = [...byText].map(([text, names]) => `${names.join("\n")}\n\n${text}\n`);
writeFileSync(`${folder}/LICENSES.txt`, `What companion.js contains of others.\n\n${parts.join("\n\n")}`);
