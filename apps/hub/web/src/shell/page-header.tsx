import { ActionIcon, Badge, Group, Text, useComputedColorScheme, useMantineColorScheme } from "@mantine/core";
import { useHub, usePage } from "../hub-context.js";
import { bytesText } from "../format.js";
import { routeHash, VIEWS, type Route } from "../route.js";

/** The product's name, the views, and how the hub does. */
export function PageHeader({ route }: { readonly route: Route }) {
  const { texts } = useHub();
  return (
    <header className="header">
      <Group gap="lg">
        <Text component="h1" fw={700} size="lg" m={0}>
          Polychron
        </Text>
        <nav aria-label={texts.app.navigation} className="views">
          {VIEWS.map((view) => (
            <a
              key={view}
              href={routeHash({ view, session: null })}
              aria-current={view === route.view ? "page" : undefined}
            >
              {texts.app.views[view]}
            </a>
          ))}
        </nav>
      </Group>
      <Group gap="sm" className="hub-facts">
        {route.view !== "record" && <RecordingLink />}
        <HubFacts />
        <SchemeSwitch />
      </Group>
    </header>
  );
}

/** Says on every other view that a recording runs, and leads back to it. */
function RecordingLink() {
  const { texts } = useHub();
  const session = usePage().snapshot?.sessions.find((open) => open.recording !== null);
  if (session === undefined) return null;
  return (
    <a href={routeHash({ view: "record", session: session.id })} className="recording-link">
      ● {texts.sessionStates.recording}
    </a>
  );
}

function HubFacts() {
  const { texts } = useHub();
  const { link, snapshot } = usePage();
  const freeBytes = snapshot?.hub.free_bytes ?? null;
  const words = { connecting: texts.app.connecting, connected: texts.app.connected, lost: texts.app.notConnected };
  return (
    <>
      {snapshot?.hub.simulated_lab && (
        <Badge color="grape" variant="outline" className="badge">
          {texts.app.simulatedLab}
        </Badge>
      )}
      {freeBytes !== null && (
        <Text size="sm" title={snapshot?.hub.recordings_folder} className="free-space">
          {texts.app.freeSpace(bytesText(freeBytes))}
        </Text>
      )}
      <Badge color={link === "connected" ? "teal" : "orange"} variant="light" className="badge" role="status">
        {words[link]}
      </Badge>
    </>
  );
}

function SchemeSwitch() {
  const { texts } = useHub();
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme("light");
  const isDark = scheme === "dark";
  return (
    <ActionIcon
      variant="default"
      size="lg"
      aria-label={isDark ? texts.app.light : texts.app.dark}
      onClick={() => setColorScheme(isDark ? "light" : "dark")}
    >
      <svg width="18" height="18" viewBox="0 0 18 18" aria-hidden="true">
        <circle cx="9" cy="9" r="7" fill="none" stroke="currentColor" strokeWidth="1.6" />
        <path d="M9 2a7 7 0 0 1 0 14z" fill="currentColor" />
      </svg>
    </ActionIcon>
  );
}
