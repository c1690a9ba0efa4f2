import js from "@eslint/js";
import reactHooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

const BUILT = [
  "**/dist/**",
  "**/dist-web/**",
  "**/dist-web-types/**",
  "**/node_modules/**",
  "recordings/**",
  "tests/fixtures/**",
];

export default tseslint.config(
  { ignores: BUILT },
  js.configs.recommended,
  ...tseslint.configs.recommended,
  {
    files: ["**/*.ts", "**/*.tsx"],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": ["error", { checksVoidReturn: { attributes: false } }],
      "@typescript-eslint/await-thenable": "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", ignoreRestSiblings: true }],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/switch-exhaustiveness-check": "error",
    },
  },
  { rules: { "no-empty": ["error", { allowEmptyCatch: false }], eqeqeq: "error", "prefer-const": "error" } },
  {
    files: ["packages/**/*.ts", "apps/**/*.ts", "scripts/**"],
    rules: { "max-lines-per-function": ["error", { max: 40 }] },
  },
  {
    files: ["apps/hub/web/**/*.tsx"],
    plugins: { "react-hooks": reactHooks },
    rules: reactHooks.configs.recommended.rules,
  },
  {
    files: ["**/*.mjs"],
    languageOptions: { globals: { process: "readonly", console: "readonly", URL: "readonly", Buffer: "readonly" } },
  },
);
