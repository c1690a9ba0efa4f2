import { useEffect } from "react";
import { DevicesPage } from "./devices/devices-page.js";
import { useRoute } from "./elements/use-route.js";
import { useHub, usePage } from "./hub-context.js";
import { RecordPage } from "./record/record-page.js";
import { RecoveryBanner } from "./recovery/recovery-banner.js";
import { SessionsPage } from "./sessions/sessions-page.js";
import { Announcer } from "./shell/announcer.js";
import { ConnectionBanner } from "./shell/connection-banner.js";
import { PageHeader } from "./shell/page-header.js";

/** The whole page: header, banners, and the view that the address names. */
export function App() {
  const { texts } = useHub();
  const { link, snapshot } = usePage();
  const route = useRoute();
  useEffect(() => {
    document.title = `${texts.app.views[route.view]} · Polychron`;
  }, [route.view, texts]);
  return (
    <>
      <a className="skip" href="#content" onClick={focusContent}>
        {texts.app.skip}
      </a>
      <PageHeader route={route} />
      <main id="content" tabIndex={-1}>
        <ConnectionBanner />
        <Announcer />
        {snapshot !== null && (
          <div className={link === "connected" ? "view" : "view stale"} inert={link !== "connected"}>
            <RecoveryBanner interrupted={snapshot.interrupted} />
            {route.view === "record" && <RecordPage snapshot={snapshot} wanted={route.session} />}
            {route.view === "sessions" && <SessionsPage snapshot={snapshot} wanted={route.session} />}
            {route.view === "devices" && <DevicesPage snapshot={snapshot} />}
          </div>
        )}
      </main>
    </>
  );
}

/** The address bar holds the view, so the skip link moves the focus itself. */
function focusContent(event: { preventDefault(): void }): void {
  event.preventDefault();
  document.getElementById("content")?.focus();
}
