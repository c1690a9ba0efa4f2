/** Values named in an error's text; numbers carry their unit in the key (`gotBytes`, `waitedMs`). */
export type ErrorParams = Readonly<Record<string, string | number | boolean>>;

/** The English texts of one package's codes; `{name}` stands for the parameter of that name. */
export type ErrorTexts<Code extends string> = Readonly<
  Record<Code, { readonly message: string; readonly remedy: string }>
>;

/** An error as it travels to the UI, the log, the metadata and `--json`. */
export interface ErrorReport {
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
  readonly params: ErrorParams;
}

/**
 * What went wrong, as a code that never changes its meaning, with the numbers, and what the operator can do.
 * Each package has one subclass and one table of texts; texts in other languages are keyed by the same codes.
 */
export class HubError<Code extends string = string> extends Error {
  readonly code: Code;
  readonly params: ErrorParams;
  readonly remedy: string;

  constructor(texts: ErrorTexts<Code>, code: Code, params: ErrorParams = {}, cause?: unknown) {
    super(fillText(texts[code].message, params), cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    this.code = code;
    this.params = params;
    this.remedy = fillText(texts[code].remedy, params);
  }

  toJSON(): ErrorReport {
    return { code: this.code, message: this.message, remedy: this.remedy, params: this.params };
  }
}

/** Any thrown value as an `ErrorReport`; what is not a `HubError` becomes `INTERNAL_ERROR` and keeps its own message. */
export function errorReport(thrown: unknown): ErrorReport {
  if (thrown instanceof HubError) return thrown.toJSON();
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return { code: "INTERNAL_ERROR", message, remedy: "Keep the hub's log and report this as a defect.", params: {} };
}

function fillText(template: string, params: ErrorParams): string {
  return template.replace(/\{(\w+)\}/g, (whole, key: string) => String(params[key] ?? whole));
}
