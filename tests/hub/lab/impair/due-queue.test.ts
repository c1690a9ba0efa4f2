import fc from "fast-check";
import { DueQueue } from "../../../../apps/hub/src/lab/impair/due-queue.js";

test("things come out by their time, and of the same time in the order in which they went in", () => {
  const times = fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 200 });
  fc.assert(
    fc.property(times, (dueUs) => {
      const queue = new DueQueue<number>();
      dueUs.forEach((atUs, index) => queue.push(atUs, index));
      const sorted = dueUs.map((atUs, index) => ({ atUs, index })).sort((a, b) => a.atUs - b.atUs || a.index - b.index);
      for (const { atUs, index } of sorted) {
        expect(queue.nextUs).toBe(atUs);
        expect(queue.takeDue(atUs)).toMatchObject({ atUs, item: index });
      }
      expect(queue.nextUs).toBeUndefined();
    }),
  );
});

test("things that went in between others that came out keep their order", () => {
  const steps = fc.array(fc.option(fc.integer({ min: 0, max: 50 }), { nil: "take" as const }), { maxLength: 200 });
  fc.assert(
    fc.property(steps, (orders) => {
      const queue = new DueQueue<number>();
      const waiting: number[] = [];
      for (const order of orders) {
        if (order !== "take") {
          queue.push(order, order);
          waiting.push(order);
          waiting.sort((a, b) => a - b);
        } else expect(queue.takeDue(Infinity)?.item).toBe(waiting.shift());
      }
    }),
  );
});

test("what is not yet due stays", () => {
  const queue = new DueQueue<string>();
  queue.push(10, "late");
  expect(queue.takeDue(9)).toBeUndefined();
  expect(queue.takeDue(10)?.item).toBe("late");
});
