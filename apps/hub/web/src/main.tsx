import "@mantine/core/styles.css";
import "uplot/dist/uPlot.min.css";
import "./style.css";
import { MantineProvider } from "@mantine/core";
import { createRoot } from "react-dom/client";
import { App } from "./app.js";
import { chooseCatalogue } from "./catalogue/choose.js";
import { ChirpPlayer } from "./cue/chirp-player.js";
import { HubContext, type Hub } from "./hub-context.js";
import { HubHttp } from "./link/hub-http.js";
import { HubLink } from "./link/hub-link.js";
import { PageStore } from "./page-store.js";
import { browserStorage, PreferenceStore } from "./preference-store.js";
import { browserPictures } from "./preview/browser-pictures.js";
import { PreviewBook } from "./preview/preview-book.js";
import { CSS_VARIABLES, THEME } from "./theme.js";
import { TraceBook } from "./trace/trace-book.js";

/** Builds every part of the page and hands it in. */
function composePage(): Hub {
  const texts = chooseCatalogue(navigator.languages);
  const store = new PageStore();
  const traces = new TraceBook();
  const http = new HubHttp(window.fetch.bind(window), texts.errors.unreachable);
  const previews = new PreviewBook(browserPictures(document));
  const link = new HubLink({ store, traces, previews, http, noAnswer: texts.errors.noAnswer });
  return {
    link,
    http,
    store,
    traces,
    previews,
    preferences: new PreferenceStore(browserStorage(window)),
    texts,
    sound: new ChirpPlayer(),
  };
}

const hub = composePage();
hub.link.start();
document.addEventListener("visibilitychange", () => hub.previews.wake());
createRoot(document.getElementById("root")!).render(
  <HubContext value={hub}>
    <MantineProvider theme={THEME} cssVariablesResolver={CSS_VARIABLES} defaultColorScheme="auto">
      <App />
    </MantineProvider>
  </HubContext>,
);
