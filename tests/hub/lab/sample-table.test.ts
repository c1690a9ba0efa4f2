import fc from "fast-check";
import type { StreamRows } from "@polychron/session/format";
import { SampleTable } from "../../../apps/hub/src/lab/phone/sample-table.js";

const valueOf = (boot: number, seq: number): number => Math.sin(boot * 1e6 + seq);
const timeOf = (boot: number, seq: number): number => 5000 * (boot + 1) + seq / 100;

function tableOf(...bootLengths: readonly number[]): SampleTable {
  const table = new SampleTable();
  bootLengths.forEach((length, boot) => {
    for (let seq = 0; seq < length; seq++) {
      const values = [valueOf(boot, seq), seq % 7 === 0 ? null : seq];
      table.add({ stream: "imu", boot, seq, deviceTimeS: timeOf(boot, seq), values });
    }
  });
  return table;
}

/** Rows as they stand on disk: the given numbers of one start of the phone. */
function rowsOf(boot: number, seqs: readonly number[]): StreamRows {
  return {
    count: seqs.length,
    seq: Float64Array.from(seqs),
    deviceTimeS: Float64Array.from(seqs, (seq) => timeOf(boot, seq)),
    arrivalS: new Float64Array(seqs.length),
    columns: [
      Float64Array.from(seqs, (seq) => valueOf(boot, seq)),
      Float64Array.from(seqs, (seq) => (seq % 7 === 0 ? Number.NaN : seq)),
    ],
    missing: [undefined, Uint8Array.from(seqs, (seq) => (seq % 7 === 0 ? 1 : 0))],
  };
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, index) => from + index);

test("rows that are what the phone made match, and what came before and after the recording is no loss", () => {
  const table = tableOf(3000);
  table.compare(rowsOf(0, range(100, 2900)));
  expect(table.result).toEqual({
    ...{ matched: 2800, invented: 0, altered: 0, doubled: 0, missing: 0, lostAtRestart: 0 },
    values: 5600,
  });
});

test("what is missing, doubled, altered or invented is counted, each as what it is", () => {
  const table = tableOf(100);
  const rows = rowsOf(0, [10, 11, 13, 13, 14]);
  rows.columns[0]![0] = 99;
  rows.deviceTimeS[4] = 1;
  table.compare(rows);
  expect(table.result).toMatchObject({ matched: 3, missing: 1, doubled: 1, altered: 1, invented: 1 });
});

test("after a restart of the phone the same numbers are other samples", () => {
  const table = tableOf(50, 60);
  table.compare(rowsOf(0, range(20, 45)));
  table.compare(rowsOf(1, range(0, 60)));
  table.compare(rowsOf(0, range(45, 48)));
  expect(table.result).toMatchObject({ matched: 88, missing: 0, doubled: 0, invented: 0, lostAtRestart: 2 });
});

test("between two starts of the phone that are on disk nothing was made from the last sample before to the first behind", () => {
  const table = tableOf(50, 60, 70);
  table.compare(rowsOf(0, range(20, 45)));
  expect(table.holes).toEqual([]);
  table.compare(rowsOf(2, range(5, 9)));
  expect(table.holes).toEqual([{ fromS: timeOf(0, 49), toS: timeOf(2, 0) }]);
});

test("any set of recorded numbers is counted rightly", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(199), { minLength: 1 }), (seqs) => {
      const table = tableOf(200);
      table.compare(rowsOf(0, seqs));
      const missing = Math.max(...seqs) - Math.min(...seqs) + 1 - seqs.length;
      expect(table.result).toMatchObject({ matched: seqs.length, missing, invented: 0, altered: 0, doubled: 0 });
    }),
  );
});
