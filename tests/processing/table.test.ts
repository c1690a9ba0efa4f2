import { hubTimeline, TimelineBuilder } from "@polychron/sync";
import type { StreamRows } from "@polychron/session/format";
import type { TableRows } from "@polychron/processing/timed";
import { tableColumns, tableRows } from "@polychron/processing/timed";

async function* blocks(...sizes: readonly number[]): AsyncGenerator<StreamRows> {
  let from = 0;
  for (const count of sizes) {
    const rows = Float64Array.from({ length: count }, (_, row) => from + row);
    from += count;
    yield {
      count,
      seq: rows,
      deviceTimeS: rows.map((row) => 100 + row),
      arrivalS: rows.map((row) => row + 0.5),
      columns: [rows],
      missing: [undefined],
    };
  }
}

async function collect(rows: AsyncIterable<TableRows>): Promise<number[][]> {
  const columns: number[][] = [];
  for await (const { columns: found } of rows) found.forEach((column, i) => (columns[i] ??= []).push(...column));
  return columns;
}

const fitted = () => {
  const builder = new TimelineBuilder();
  for (let row = 0; row < 10; row++) builder.push(100 + row, row + 0.5);
  return builder.build();
};

test("a table begins with session time, then holds everything recorded", async () => {
  const channel = { name: "gsr_uS", unit: "µS", kind: "calibrated", description: "" } as const;
  expect(tableColumns([channel]).map((column) => column.name)).toEqual([
    "t_s",
    "seq",
    "device_time_s",
    "arrival_time_s",
    "gsr_uS",
  ]);
  const [timeS, seq, deviceTimeS] = await collect(
    tableRows(blocks(4, 6), { name: "s", rowCount: 10, timeline: fitted() }),
  );
  timeS!.forEach((atS, row) => expect(atS).toBeCloseTo(row + 0.5, 6));
  expect(seq).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(deviceTimeS![9]).toBe(109);
});

test("rows that came after the count are left for the next export", async () => {
  const columns = await collect(tableRows(blocks(4, 6), { name: "s", rowCount: 5, timeline: fitted() }));
  expect(columns.map((column) => column.length)).toEqual([5, 5, 5, 5, 5]);
});

test("rows that are gone since the count are an error", async () => {
  const reading = collect(tableRows(blocks(4), { name: "s", rowCount: 5, timeline: fitted() }));
  await expect(reading).rejects.toMatchObject({
    code: "PROCESSING_SOURCE_CHANGED",
    params: { gotRows: 4, expectedRows: 5 },
  });
});

test("time never runs back within a stream", async () => {
  const jumping = { ...hubTimeline(0), toSessionS: (deviceS: number) => (deviceS === 103 ? 1 : deviceS) };
  const [timeS] = await collect(tableRows(blocks(4, 1), { name: "s", rowCount: 5, timeline: jumping }));
  expect(timeS).toEqual([100, 101, 102, 102, 104]);
});
