import { reportPage } from "@polychron/processing";
import { goodReport, reportWithBadPhone } from "./bad-phone.js";

test("the page needs nothing beside itself: no address, no script, nothing to load", () => {
  const page = reportPage(reportWithBadPhone());
  expect(page).not.toMatch(/https?:|\/\/[a-z]|<script|<link|<img|<iframe|@import|url\((?!#)/i);
  expect(page).toContain("default-src &#39;none&#39;");
});

test("what a person typed stays text, whatever it says", () => {
  const evil = `"><script>alert(1)</script>&`;
  const page = reportPage({ ...goodReport(), session_name: evil });
  expect(page).not.toContain("<script");
  expect(page).toContain("&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;");
});

test("every picture says in words what it shows, and every table has headings", () => {
  const page = reportPage(reportWithBadPhone());
  const pictures = [...page.matchAll(/<svg[^>]*>/g)].map(([tag]) => tag);
  expect(pictures.length).toBeGreaterThan(8);
  expect(
    pictures.filter((tag) => !/role="img" aria-label="[^"]{10,}"|aria-label="[^"]{10,}"[^>]*role="img"/.test(tag)),
  ).toEqual([]);
  expect(page.match(/<table/g)!.length).toBe(page.match(/<caption/g)!.length);
});

test("a level is a sign and a word, not a colour alone", () => {
  const page = reportPage(reportWithBadPhone());
  expect(page).toMatch(/badge poor"><span aria-hidden="true" class="sign">✕<\/span>Bad/);
});

test("no number of a picture is missing or not a number", () => {
  expect(reportPage(reportWithBadPhone())).not.toMatch(/NaN|undefined|Infinity|null/);
});

test("the same session gives the same page", () => {
  expect(reportPage(reportWithBadPhone())).toBe(reportPage(reportWithBadPhone()));
});

test("a start is told as it is: how far from the schedule, the period, and how well the time is known", () => {
  const page = reportPage(goodReport());
  expect(page).toContain("4.1\u00a0ms after; period 10\u00a0ms; known to \u00b10.3\u00a0ms");
  expect(page).toContain(
    "4.1\u00a0ms after to 4.1\u00a0ms after the scheduled start; none of them by more than one period",
  );
});

test("each absence stands with its seconds without samples", () => {
  expect(reportPage(reportWithBadPhone())).toMatch(/Away from.*Without samples.*05:00.*45\u00a0s.*45\u00a0s/s);
});
