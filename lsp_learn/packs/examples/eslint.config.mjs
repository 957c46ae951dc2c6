// How ESLint reads the examples of content packs: tools.py.
import { realpathSync } from "node:fs";
import { createRequire } from "node:module";

// Its own rules, and those of typescript-eslint where it stands beside it.
const beside = createRequire(realpathSync(process.argv[1]));
const found = (name) => {
  try {
    return beside(name);
  } catch {
    return { configs: { recommended: [] } };
  }
};
const js = found("@eslint/js");
const ts = found("typescript-eslint");

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
