import { readdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { Ajv2020 } from "ajv/dist/2020.js";
import { jsonSchemas } from "@polychron/session/format";
import { readWhole, type FileSystem } from "@polychron/session/store";
import { completed, DATA, LOG, METADATA } from "./interrupted.js";
import { textOf } from "./store-bench.js";

const SCHEMAS = fileURLToPath(new URL("../../packages/session/schemas/", import.meta.url));

test("the schemas that ship are those of the code (UPDATE_SCHEMAS=1 writes them anew)", async () => {
  if (process.env["UPDATE_SCHEMAS"] === "1") {
    for (const [file, schema] of Object.entries(jsonSchemas()))
      await writeFile(SCHEMAS + file, `${JSON.stringify(schema, null, 2)}\n`);
  }
  const shipped: Record<string, unknown> = {};
  for (const file of await readdir(SCHEMAS)) shipped[file] = JSON.parse(await readFile(SCHEMAS + file, "utf8"));
  expect(shipped).toEqual(JSON.parse(JSON.stringify(jsonSchemas())));
});

const read = async (files: FileSystem, path: string): Promise<Record<string, unknown>> =>
  JSON.parse(textOf(await readWhole(files, path))) as Record<string, unknown>;

test.each([
  ["session-metadata.schema.json", METADATA, "status"],
  ["session-log.schema.json", LOG, "first_seq"],
  ["sidecar.schema.json", DATA.replace(".csv", ".json"), "columns"],
])(
  "an independent validator with %s takes what the store writes, and refuses it without one field",
  async (schema, path, field) => {
    const { disk } = await completed();
    const validate = new Ajv2020({ strict: false }).compile(
      JSON.parse(await readFile(SCHEMAS + schema, "utf8")) as object,
    );
    const document = await read(disk, path);
    expect(validate(document) || validate.errors).toBe(true);
    delete document[field];
    expect(validate(document)).toBe(false);
  },
);
