import { ServiceError } from "../errors.js";

/** The names under which this hub may be addressed: loopback, the address it listens on, and those the settings add. */
export function allowedHosts(host: string, port: number, extra: readonly string[] = []): ReadonlySet<string> {
  const names = new Set(["127.0.0.1", "localhost", "[::1]", host.includes(":") ? `[${host}]` : host, ...extra]);
  return new Set([...names].flatMap((name) => (port === 80 ? [name, `${name}:80`] : [`${name}:${port}`])));
}

/** `Host` must name this hub (a page of another name that points here is DNS rebinding). */
export function isHostAllowed(header: string | undefined, hosts: ReadonlySet<string>): boolean {
  return header !== undefined && hosts.has(header.toLowerCase());
}

/** `Origin`, where a browser sends one, must be this hub's own page; programs send none and are held by their token. */
export function isOriginAllowed(header: string | undefined, hosts: ReadonlySet<string>): boolean {
  if (header === undefined) return true;
  const match = /^https?:\/\/([^/]+)$/.exec(header.toLowerCase());
  return match !== null && hosts.has(match[1]!);
}

/** What a request says of where it goes and which page it comes from. */
export interface SiteHeaders {
  readonly host?: string | undefined;
  readonly origin?: string | undefined;
}

/** Throws `HOST_NOT_ALLOWED` for a foreign name, `ORIGIN_NOT_ALLOWED` for a foreign page. */
export function requireOwnSite(headers: SiteHeaders, hosts: ReadonlySet<string>): void {
  const { host, origin } = headers;
  if (!isHostAllowed(host, hosts)) throw new ServiceError("HOST_NOT_ALLOWED", { host: (host ?? "").slice(0, 100) });
  if (!isOriginAllowed(origin, hosts))
    throw new ServiceError("ORIGIN_NOT_ALLOWED", { origin: (origin ?? "").slice(0, 100) });
}

/** Whether the far end of a connection is this PC itself. */
export function isLoopback(address: string | undefined): boolean {
  return address !== undefined && (address === "::1" || /^(::ffff:)?127\./.test(address));
}
