import { readFileSync } from "node:fs";
import { join } from "node:path";
import { command } from "@polychron/protocol";

const page = readFileSync(join(import.meta.dirname, "../../docs/api.md"), "utf8");

test("the page for programs lists every command with the fields it takes", () => {
  const rows = [...page.matchAll(/^\| `([a-z_]+)` \|(.*?)\|/gm)].map(([, kind, takes]) => ({
    kind,
    fields: [...takes!.matchAll(/`([a-z_]+)`(\??)/g)]
      .filter(([, name]) => !["continue", "end", "discard", "csv", "mat"].includes(name!))
      .map(([, name, mark]) => name! + mark!),
  }));
  const schema = command.options.map((option) => {
    const { command_id: _id, kind, ...shape } = option.shape;
    const fields = Object.entries(shape).map(
      ([name, field]) => `${name}${field.safeParse(undefined).success ? "?" : ""}`,
    );
    return { kind: kind.value as string, fields };
  });
  expect(rows).toEqual(schema);
});
