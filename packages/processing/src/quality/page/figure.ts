import { element, type Content, type Markup } from "./markup.js";

/** A picture with its title and its explanation; nothing without a picture. */
export function figure(title: string, plot: Markup | undefined, caption: Content): Markup | undefined {
  if (plot === undefined) return undefined;
  return element("figure", {}, element("h3", {}, title), plot, element("figcaption", { class: "dim" }, caption));
}
