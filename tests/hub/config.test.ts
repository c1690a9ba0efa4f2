import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigError } from "../../apps/hub/src/config-error.js";
import { loadConfig, loadHubConfig, type ConfigSources } from "../../apps/hub/src/config.js";
import { SETTINGS, SETTING_NAMES, type Setting } from "../../apps/hub/src/settings.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "polychron-config-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function sources(flags: ConfigSources["flags"] = {}, env: ConfigSources["env"] = {}): ConfigSources {
  return { flags, env, workingFolder: folder };
}

function write(path: string, value: unknown): string {
  const full = join(folder, path);
  mkdirSync(join(full, ".."), { recursive: true });
  writeFileSync(full, typeof value === "string" ? value : JSON.stringify(value));
  return full;
}

function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (thrown) {
    if (thrown instanceof ConfigError) return thrown.code;
    throw thrown;
  }
  return "nothing thrown";
}

test("without a word from anybody every setting has its default", () => {
  const config = loadHubConfig(sources());
  expect(config).toMatchObject({
    host: "127.0.0.1",
    port: 4280,
    open: false,
    createPolicy: "many",
    simulate: 0,
    serialPorts: [],
  });
  expect(config.recordings).toBe(join(folder, "recordings"));
});

test("a flag beats the environment, the environment the file, the file the default", () => {
  const config = write("lab.json", { port: 1, host: "file", logLevel: "error" });
  const seen = loadHubConfig(sources({ config, port: "3" }, { POLYCHRON_PORT: "2", POLYCHRON_HOST: "env" }));
  expect([seen.port, seen.host, seen.logLevel, seen.startLeadMs]).toEqual([3, "env", "error", 500]);
});

test("the file in the recordings folder is read without being named", () => {
  write("data/.polychron/polychron.json", { port: 5 });
  expect(loadHubConfig(sources({ recordings: "data" })).port).toBe(5);
});

test("a relative path in a file starts at the file", () => {
  const config = write("etc/lab.json", { recordings: "../tapes" });
  expect(loadHubConfig(sources({ config })).recordings).toBe(join(folder, "tapes"));
});

test("lists come from repeated flags, from commas in the environment and from arrays in a file", () => {
  const config = write("lab.json", { serialPorts: ["/dev/c"] });
  expect(loadConfig(sources({ serialPorts: ["/dev/a", "COM5"] }), ["serialPorts"]).serialPorts).toEqual([
    "/dev/a",
    "COM5",
  ]);
  expect(loadConfig(sources({}, { POLYCHRON_SERIAL_PORTS: "/dev/a,/dev/b" }), ["serialPorts"]).serialPorts).toEqual([
    "/dev/a",
    "/dev/b",
  ]);
  expect(loadConfig(sources({ config }), ["serialPorts"]).serialPorts).toEqual(["/dev/c"]);
});

test("a slip in a setting that was not asked for keeps nobody from their data", () => {
  expect(loadConfig(sources({}, { POLYCHRON_PORT: "many" }), ["recordings"]).recordings).toBe(
    join(folder, "recordings"),
  );
});

test.each([
  ["a port that is no number", { POLYCHRON_PORT: "http" }],
  ["a port out of range", { POLYCHRON_PORT: "65536" }],
  ["an empty folder name", { POLYCHRON_RECORDINGS: "" }],
  ["a policy that does not exist", { POLYCHRON_CREATE_POLICY: "some" }],
  ["neither yes nor no", { POLYCHRON_OPEN: "perhaps" }],
  ["a negative time", { POLYCHRON_START_LEAD_MS: "-1" }],
])("%s is refused and says where it stands", (_name, env: Record<string, string>) => {
  expect(codeOf(() => loadHubConfig(sources({}, env)))).toBe("CONFIG_VALUE_INVALID");
  expect(() => loadHubConfig(sources({}, env))).toThrow(Object.keys(env)[0]!);
});

test("a file that is named but not there, broken, no object, or with an unknown key is refused", () => {
  const load = (config: string) => () => loadHubConfig(sources({ config }));
  expect(codeOf(load("nowhere.json"))).toBe("CONFIG_FILE_NOT_FOUND");
  expect(codeOf(load(write("a.json", "{")))).toBe("CONFIG_FILE_BROKEN");
  expect(codeOf(load(write("b.json", [])))).toBe("CONFIG_FILE_BROKEN");
  expect(codeOf(load(write("c.json", { prot: 1 })))).toBe("CONFIG_KEY_UNKNOWN");
});

test("the file inside a recordings folder cannot name another", () => {
  write("data/.polychron/polychron.json", { recordings: "/elsewhere" });
  expect(codeOf(() => loadHubConfig(sources({ recordings: "data" })))).toBe("CONFIG_VALUE_INVALID");
});

test("docs/configuration.md lists every setting as the code has it", () => {
  const page = readFileSync("docs/configuration.md", "utf8");
  const rows = page.split("\n").filter((line) => line.startsWith("| `--"));
  expect(rows).toEqual(
    SETTING_NAMES.map((name) => {
      const row = SETTINGS[name] as Setting<unknown>;
      const fallback = JSON.stringify(row.fallback);
      return `| \`${row.flag}\` | \`${row.variable}\` | ${row.inFile ? `\`${name}\`` : "-"} | \`${fallback}\` | ${row.description} |`;
    }),
  );
});
