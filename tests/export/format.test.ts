import { builtInFormats } from "@polychron/export";

test("the formats of this version are csv and mat", () => {
  expect(builtInFormats().ids).toEqual(["csv", "mat"]);
});

test("an unknown format is refused, and the known ones are named", () => {
  expect(() => builtInFormats().get("xlsx")).toThrow(
    expect.objectContaining({ code: "EXPORT_FORMAT_UNKNOWN", params: { format: "xlsx", known: "csv, mat" } }) as Error,
  );
});
