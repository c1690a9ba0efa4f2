import type { z } from "zod";

type Issue = z.core.$ZodIssue;

const TOLD_MAX = 3;
const REASON_MAX_CHARS = 300;
const VALUE_MAX_CHARS = 40;

const TYPES: Readonly<Record<string, string>> = {
  string: "text",
  int: "a whole number",
  number: "a number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
};

const SIZES: Readonly<Record<string, string>> = { string: " characters", array: " entries" };

/** What a schema complains of as part of a sentence: `battery_percent must be at most 100`. */
export function plainReason({ issues }: z.ZodError): string {
  const told = issues.slice(0, TOLD_MAX).map(sentence);
  const more = issues.length > TOLD_MAX ? [`${issues.length - TOLD_MAX} more`] : [];
  return [...told, ...more].join("; ").slice(0, REASON_MAX_CHARS);
}

function sentence(issue: Issue): string {
  const field = placeOf(issue.path);
  if (issue.code === "unrecognized_keys") return `${issue.keys.map((key) => inner(field, key)).join(", ")} is unknown`;
  const rule = ruleOf(issue);
  if (rule !== undefined) return `${field === "" ? "it" : field} ${rule}`;
  return [field, issue.message.slice(0, 1).toLowerCase() + issue.message.slice(1)]
    .filter((part) => part !== "")
    .join(": ");
}

/** What must be; undefined where only the schema itself has words for it. */
function ruleOf(issue: Issue): string | undefined {
  if (issue.code === "invalid_type") return `must be ${TYPES[issue.expected] ?? issue.expected}`;
  if (issue.code === "too_big")
    return `must be ${issue.inclusive === false ? "less than" : "at most"} ${issue.maximum}${SIZES[issue.origin] ?? ""}`;
  if (issue.code === "too_small")
    return `must be ${issue.inclusive === false ? "more than" : "at least"} ${issue.minimum}${SIZES[issue.origin] ?? ""}`;
  if (issue.code === "invalid_format")
    return issue.pattern === undefined ? `must be of the form ${issue.format}` : `must be like ${issue.pattern}`;
  if (issue.code === "invalid_value")
    return `must be ${issue.values.map((value) => JSON.stringify(value)).join(" or ")}`;
  return undefined;
}

function placeOf(path: Issue["path"]): string {
  return path.reduce<string>((place, key) => (typeof key === "number" ? `${place}[${key}]` : inner(place, key)), "");
}

function inner(place: string, key: PropertyKey): string {
  const name = String(key).slice(0, VALUE_MAX_CHARS);
  return place === "" ? name : `${place}.${name}`;
}
