import type { CueView } from "@polychron/protocol";
import { useCallback, useEffect, useRef, useState } from "react";
import type { Catalogue } from "../catalogue/choose.js";
import { useCommand, useHub, type CommandDesk, type Hub } from "../hub-context.js";
import type { ShownFlash } from "./flash-frames.js";
import { pageClock, type TimeExchange } from "./page-clock.js";
import { chirpHeard, flashSeen, type SeenAt } from "./seen.js";

type Cue = Pick<CueView, "session" | "cue" | "at_us">;

/** A cue that this page is making. */
export interface CueShow {
  readonly atMs: number;
  onOver(shown: ShownFlash | null): void;
}

/** How a page takes part in cues. */
export interface CueParts {
  /** Orders a cue in a session and makes the page's part of it. */
  readonly order: (session: string) => void;
  readonly show: CueShow | null;
  readonly said: string;
  readonly desk: CommandDesk;
}

const ASKED = 6;

/** Makes cues in this window: those it orders, and with `joinsOthers` those that are ordered elsewhere. */
export function useCue(cues: readonly CueView[], session: string, joinsOthers: boolean): CueParts {
  const hub = useHub();
  const desk = useCommand();
  const [show, setShow] = useState<CueShow | null>(null);
  const [said, setSaid] = useState("");
  const made = useRef(new Set<string>());
  const make = useCallback(
    async (cue: Cue): Promise<void> => {
      // Cues are numbered by their session.
      const name = `${cue.session} ${cue.cue}`;
      if (made.current.has(name)) return;
      made.current.add(name);
      const clock = pageClock(await askTime(hub));
      if (clock === null) return setSaid(hub.texts.cues.noTime);
      const atMs = (cue.at_us - clock.offsetUs) / 1000;
      const chirp = hub.sound.play(atMs);
      const onOver = (shown: ShownFlash | null): void => {
        setShow(null);
        setSaid(saidOf(hub.texts, shown !== null, chirp !== null));
        if (shown !== null) report(hub, cue, { act: "flash", ...flashSeen(shown, clock) });
        if (chirp !== null) report(hub, cue, { act: "chirp", ...chirpHeard(chirp, clock) });
      };
      setShow({ atMs, onOver });
    },
    [hub],
  );
  const other = joinsOthers ? cues.find((cue) => cue.session === session) : undefined;
  useEffect(() => {
    // What the hub announces is made here, on the screen and by the sound card; the page's state follows when it is over.
    if (other !== undefined) void Promise.resolve().then(() => make(other));
  }, [other, make]);
  const order = (wanted: string): void => {
    hub.sound.wake();
    setSaid("");
    void desk.ask({ kind: "sync_cue", session: wanted }).then((ordered) => {
      if (ordered !== null) return make({ session: wanted, ...(ordered as { cue: number; at_us: number }) });
    });
  };
  return { order, show, said, desk };
}

async function askTime({ link }: Hub): Promise<TimeExchange[]> {
  const exchanges: TimeExchange[] = [];
  for (let asked = 0; asked < ASKED; asked++) {
    const exchange = await link.askTime();
    if (exchange !== null) exchanges.push(exchange);
  }
  return exchanges;
}

function report({ link }: Hub, { session, cue }: Cue, seen: SeenAt & { readonly act: "flash" | "chirp" }): void {
  const { act, atUs, uncertaintyUs } = seen;
  // A report that the hub refuses is in its log; whoever looks at the residuals finds the act missing.
  void link.send({ kind: "report_cue", session, cue, act, at_us: atUs, uncertainty_us: uncertaintyUs });
}

function saidOf({ cues }: Catalogue, isSeen: boolean, isHeard: boolean): string {
  return [isSeen ? cues.flashed : cues.notFlashed, isHeard ? cues.chirped : cues.notChirped].join(" ");
}
