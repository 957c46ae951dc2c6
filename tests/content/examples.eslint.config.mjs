// How ESLint reads the examples of content packs: tests/content/runners.py.
import { createRequire } from "node:module";

const installed = createRequire(new URL("../../.venv/node/package.json", import.meta.url));
const js = installed("@eslint/js");
const ts = installed("typescript-eslint");

const more = {
  "dot-notation": "error",
  eqeqeq: "error",
  "no-alert": "error",
  "no-console": "warn",
  "no-nested-ternary": "error",
  "no-param-reassign": "error",
  "no-shadow": "error",
  "no-use-before-define": "error",
  "no-var": "error",
  "prefer-const": "error",
};

const globals = Object.fromEntries(
  ["console", "document", "window", "fetch", "setTimeout", "setInterval"].map((name) => [name, "readonly"]),
);

export default [
  { files: ["**/*.js"], languageOptions: { globals }, rules: { ...js.configs.recommended.rules, ...more } },
  ...ts.configs.recommended.map((one) => ({ ...one, files: ["**/*.ts"] })),
];
