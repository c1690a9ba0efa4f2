import type { AwaitedFileView, DeviceStartView, DeviceView, HubSnapshot, SessionView } from "@polychron/protocol";
import type { Catalogue } from "../catalogue/choose.js";
import { isAway, PHONE_FAMILY } from "../devices/phone-view.js";
import { isBadStart, labelOf, msText, startText, together } from "../record/starts-view.js";

/** Something that happened by itself, which somebody who does not see the page should hear. */
export type News =
  | { readonly kind: "away" | "lost" | "back" | "joined"; readonly label: string }
  | { readonly kind: "file_here"; readonly fileType: string; readonly recording: number; readonly label: string }
  | { readonly kind: "start"; readonly label: string; readonly start: DeviceStartView }
  | { readonly kind: "together"; readonly count: number; readonly withinMs: number }
  | { readonly kind: "all_here" | "closed"; readonly session: string };

/** What happened between two states of the hub. */
export function newsBetween(before: HubSnapshot, now: HubSnapshot): News[] {
  return [
    ...now.devices.flatMap((device) =>
      deviceNews(
        before.devices.find(({ id }) => id === device.id),
        device,
      ),
    ),
    ...now.sessions.flatMap((session) =>
      startNews(
        before.sessions.find(({ id }) => id === session.id),
        session,
        now.devices,
      ),
    ),
    ...before.sessions.flatMap((session) =>
      fileNews(
        session,
        now.sessions.find(({ id }) => id === session.id),
        now.devices,
      ),
    ),
  ];
}

function deviceNews(before: DeviceView | undefined, now: DeviceView): News[] {
  const { label } = now;
  if (before === undefined) return now.family === PHONE_FAMILY ? [{ kind: "joined", label }] : [];
  if (before.phase !== "lost" && now.phase === "lost") return [{ kind: isAway(now) ? "away" : "lost", label }];
  return before.phase === "lost" && now.phase === "armed" ? [{ kind: "back", label }] : [];
}

/** A device that missed the start, or whose answer to it is bad news; and that all have begun together. */
function startNews(before: SessionView | undefined, now: SessionView, devices: readonly DeviceView[]): News[] {
  const earlier = before?.recording?.number === now.recording?.number ? (before?.recording ?? null) : null;
  const news: News[] = (now.recording?.starts ?? []).flatMap((start) => {
    const known = earlier?.starts.find(({ device }) => device === start.device);
    const isSame = known?.status === start.status && known.own?.status === start.own?.status;
    return isSame || !isBadStart(start) ? [] : [{ kind: "start", label: labelOf(start.device, devices), start }];
  });
  const all = together(earlier, devices) === null ? together(now.recording, devices) : null;
  return all === null || news.length > 0 ? news : [{ kind: "together", ...all }];
}

/** A file that is no longer awaited in a session that is still open has come. */
function fileNews(before: SessionView, now: SessionView | undefined, devices: readonly DeviceView[]): News[] {
  const session = before.name || before.id;
  if (now === undefined) return before.state === "processing" ? [{ kind: "closed", session }] : [];
  const open = new Set(now.awaited.map(keyOf));
  const come = before.awaited.filter((file) => !open.has(keyOf(file)));
  const news: News[] = come.map(({ device, file_type: fileType, recording }) => ({
    kind: "file_here",
    fileType,
    recording,
    label: devices.find(({ id }) => id === device)?.label ?? device,
  }));
  return come.length > 0 && open.size === 0 && now.unheard.length === 0
    ? [...news, { kind: "all_here", session }]
    : news;
}

function keyOf({ device, file_id: fileId }: AwaitedFileView): string {
  return `${device} ${fileId}`;
}

/** The news in words. */
export function newsText(news: News, texts: Catalogue): string {
  const { phones, devices, files, record, starts } = texts;
  switch (news.kind) {
    case "away":
      return `${news.label}: ${phones.away}. ${phones.awayIdle}`;
    case "lost":
      return devices.noLonger(news.label);
    case "back":
      return devices.isBack(news.label);
    case "joined":
      return phones.joined(news.label);
    case "file_here":
      return files.here(files.of(news.fileType, news.recording), news.label);
    case "start":
      return `${starts.of(news.label, startText(news.start, texts))}.`;
    case "together":
      return starts.together(news.count, msText(news.withinMs));
    case "all_here":
      return files.allHere(news.session);
    case "closed":
      return record.closed(news.session);
  }
}
