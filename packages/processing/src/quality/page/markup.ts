/** A piece of a page whose text is escaped already. Only this module makes it. */
export class Markup {
  readonly html: string;

  constructor(html: string) {
    this.html = html;
  }
}

/** What an element holds: text is escaped, lists are joined, nothing is nothing. */
export type Content = Markup | string | undefined | readonly Content[];
/** Attributes of an element; one that is undefined is left out, one that is true stands without a value. */
export type Attributes = Readonly<Record<string, string | number | true | undefined>>;

const VOID: ReadonlySet<string> = new Set(["meta", "br"]);

/** An element of HTML or SVG. */
export function element(name: string, attributes: Attributes, ...children: Content[]): Markup {
  const open = `<${name}${Object.entries(attributes).map(attributeText).join("")}>`;
  return new Markup(VOID.has(name) ? open : `${open}${children.map(contentText).join("")}</${name}>`);
}

/** A whole document, with its declaration. */
export function documentText(root: Markup): string {
  return `<!doctype html>\n${root.html}\n`;
}

/** A style sheet of this program's own; nothing from a session may get in. */
export function styleSheet(css: string): Markup {
  return new Markup(`<style>${css}</style>`);
}

/** A table with a heading for each column and, in each row, one for the row: readable cell by cell. */
export function table(
  caption: string,
  columns: readonly string[],
  rows: readonly (readonly Content[])[],
  attributes: Attributes = {},
): Markup {
  const head = columns.map((text) => element("th", { scope: "col" }, text));
  const body = rows.map((row) =>
    element(
      "tr",
      {},
      row.map((cell, column) => element(column === 0 ? "th" : "td", column === 0 ? { scope: "row" } : {}, cell)),
    ),
  );
  const whole = element(
    "table",
    attributes,
    element("caption", {}, caption),
    element("thead", {}, element("tr", {}, head)),
    element("tbody", {}, body),
  );
  // A wide table scrolls by itself, by keyboard too, instead of widening the page.
  return element("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": caption }, whole);
}

function contentText(content: Content): string {
  if (content === undefined) return "";
  if (content instanceof Markup) return content.html;
  return typeof content === "string" ? escaped(content) : content.map(contentText).join("");
}

function attributeText([name, value]: [string, Attributes[string]]): string {
  if (value === undefined) return "";
  return value === true ? ` ${name}` : ` ${name}="${escaped(String(value))}"`;
}

function escaped(text: string): string {
  return text
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/"/g, "&quot;")
    .replace(/'/g, "&#39;");
}
