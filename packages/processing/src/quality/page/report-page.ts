import type { QualityReport } from "@polychron/session/format";
import { countText, lengthText } from "../words.js";
import { deviceSection } from "./device-section.js";
import { documentText, element, styleSheet, type Markup } from "./markup.js";
import { cueSection, lacksSection, methodSection } from "./method-section.js";
import { devicesSection, scoreSection, verdictSection } from "./overview.js";
import { PAGE_STYLE } from "./page-style.js";
import { startSection } from "./start-section.js";

/** Nothing is loaded from anywhere, and nothing runs: also where the page is opened from a disk. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** The report as one page that needs nothing beside itself; the same report gives the same page. */
export function reportPage(report: QualityReport): string {
  const title = `Quality report \u2013 ${report.session_name || report.session_id}`;
  const head = element(
    "head",
    {},
    element("meta", { charset: "utf-8" }),
    element("meta", { "http-equiv": "Content-Security-Policy", content: POLICY }),
    element("meta", { name: "viewport", content: "width=device-width, initial-scale=1" }),
    element("meta", { name: "color-scheme", content: "light dark" }),
    element("title", {}, title),
    styleSheet(PAGE_STYLE),
  );
  const body = element("body", {}, pageHead(report), element("main", {}, ...parts(report)));
  return documentText(element("html", { lang: "en" }, head, body));
}

function pageHead(report: QualityReport): Markup {
  const { session_id: id, session_name: name, recordings, devices, duration_s: durationS } = report;
  const facts = [
    report.start_time.replace("T", " ").replace(/\.\d+/, ""),
    durationS === null ? "not ended" : lengthText(durationS),
    countText(recordings.length, "recording"),
    countText(devices.length, "device"),
    `status ${report.status}`,
  ];
  return element(
    "header",
    {},
    element("p", { class: "dim over" }, "Quality report"),
    element(
      "h1",
      {},
      name || id,
      report.simulated ? element("span", { class: "badge simulated" }, "Simulated devices") : undefined,
    ),
    element("p", { class: "dim" }, `${id} \u00b7 ${facts.join(" \u00b7 ")}`),
  );
}

function parts(report: QualityReport): (Markup | undefined)[] {
  return [
    verdictSection(report),
    scoreSection(report),
    devicesSection(report),
    startSection(report),
    cueSection(report),
    ...report.devices.map((device) => deviceSection(device, report)),
    lacksSection(report),
    methodSection(report),
  ];
}
