import { z } from "zod";
import { PHONE_LIMIT_TEXTS, PHONE_MESSAGES, type PhoneMessage } from "./catalogue.js";
import { PHONE_LIMITS } from "./limits.js";
import { phoneRefusal } from "./messages.js";

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** The reference part of docs/protocol.md, in Markdown: every message with its fields, as the schemas have them. */
export function phoneReference(): string {
  const refusal = [
    "### A refusal",
    "In any acknowledgement, instead of the yes; also the value of `error`.",
    table(phoneRefusal),
  ];
  return [overview(), ...PHONE_MESSAGES.flatMap(section), ...refusal].join("\n\n");
}

/** The limits of docs/protocol.md as a Markdown table. */
export function phoneLimitsTable(): string {
  const names = Object.keys(PHONE_LIMITS) as (keyof typeof PHONE_LIMITS)[];
  const rows = names.map((name) => `| \`${name}\` | ${PHONE_LIMITS[name]} | ${PHONE_LIMIT_TEXTS[name]} |`);
  return ["| limit | value | what |", "|---|---|---|", ...rows].join("\n");
}

/** The page with its generated parts written anew: what stands between `<!-- generated: NAME -->` and `<!-- end -->`. */
export function fillProtocolPage(page: string): string {
  const parts: Readonly<Record<string, string>> = { messages: phoneReference(), limits: phoneLimitsTable() };
  return page.replace(
    /(<!-- generated: (\w+) -->)[^]*?(<!-- end -->)/g,
    (whole, head: string, name: string, end: string) =>
      parts[name] === undefined ? whole : `${head}\n${parts[name]}\n${end}`,
  );
}

function overview(): string {
  const rows = PHONE_MESSAGES.map(
    ({ name, from, namespace, answer, says }) =>
      `| [\`${name}\`](#${name}) | ${from} | \`${namespace}\` | ${answer === null ? "no" : "yes"} | ${says} |`,
  );
  return ["| message | sent by | namespace | acknowledged | what it says |", "|---|---|---|---|---|", ...rows].join(
    "\n",
  );
}

function section({ name, from, value, answer, says }: PhoneMessage): string[] {
  const to = from === "phone" ? "hub" : "phone";
  const fields = value === "bytes" ? "Its value is bytes." : table(value);
  const yes = answer === null ? "No acknowledgement." : `Acknowledged by the ${to} with:\n\n${table(answer)}`;
  return [`### ${name}`, `From the ${from}. ${says}`, fields, yes];
}

function table(schema: z.ZodType): string {
  const rows = fieldRows(z.toJSONSchema(schema, { io: "input" }), "");
  if (rows.length === 0) return "An empty object, `{}`.";
  return ["| field | type | meaning |", "|---|---|---|", ...rows].join("\n");
}

/** One row a field; the fields of an object follow it, named from the outside in: `clock.id`, `streams[].stream`. */
function fieldRows(schema: JsonSchema, path: string): string[] {
  const required = new Set(schema.required);
  return Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    const field = property as JsonSchema;
    const isOptional = !required.has(name);
    const row = `| \`${path}${name}\` | ${typeOf(field)}${isOptional ? ", optional" : ""} | ${field.description ?? ""}${byDefault(field)} |`;
    const inner = field.type === "array" ? (field.items as JsonSchema) : field;
    const innerPath = `${path}${name}${field.type === "array" ? "[]" : ""}.`;
    return [row, ...fieldRows(inner, innerPath)];
  });
}

function byDefault(field: JsonSchema): string {
  return field.default === undefined ? "" : ` (left out: \`${JSON.stringify(field.default)}\`)`;
}

/** A JSON schema in a few words: `integer, 0 or more`, `text, up to 200`. */
function typeOf(schema: JsonSchema): string {
  if (schema.anyOf !== undefined) return schema.anyOf.map((choice) => typeOf(choice as JsonSchema)).join(" or ");
  if (Array.isArray(schema.type)) return schema.type.map((type: string) => typeOf({ type } as JsonSchema)).join(" or ");
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`"${String(value)}"\``).join(", ");
  if (schema.type === "array")
    return `list of ${pluralOf(schema.items as JsonSchema)}${sizeOf(schema.minItems, schema.maxItems)}`;
  if (schema.type === "string") return textOf(schema);
  if (schema.type === "number" || schema.type === "integer") return `${schema.type}${rangeOf(schema)}`;
  if (schema.type === "object" && typeof schema.additionalProperties === "object")
    return `object: name to ${typeOf(schema.additionalProperties as JsonSchema)}`;
  return schema.type ?? "anything";
}

function pluralOf(items: JsonSchema): string {
  return items.type === "object" ? "objects" : `${typeOf(items)}`;
}

function textOf({ pattern, minLength, maxLength }: JsonSchema): string {
  return pattern === undefined ? `text${sizeOf(minLength, maxLength)}` : `text like \`${pattern}\``;
}

function sizeOf(least: number | undefined, most: number | undefined): string {
  if (most === undefined) return "";
  return least === undefined ? `, up to ${most}` : `, ${least} to ${most}`;
}

function rangeOf({ minimum, exclusiveMinimum, maximum }: JsonSchema): string {
  const lowest = minimum ?? exclusiveMinimum;
  const bound = maximum === Number.MAX_SAFE_INTEGER ? undefined : maximum;
  if (lowest === undefined) return "";
  const above = minimum === undefined ? "above " : "";
  return bound === undefined
    ? `, ${above}${lowest}${above === "" ? " or more" : ""}`
    : `, ${above}${lowest} to ${bound}`;
}
