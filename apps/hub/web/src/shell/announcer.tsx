import { VisuallyHidden } from "@mantine/core";
import { useHub, usePage } from "../hub-context.js";
import { newsText } from "./news.js";

/** Reads out what happened by itself: a phone went away or came back, a file is here. */
export function Announcer() {
  const { texts } = useHub();
  const { news } = usePage();
  return (
    <VisuallyHidden role="log" aria-live="polite" aria-label={texts.app.news}>
      {news.map(({ number, what }) => (
        <p key={number}>{newsText(what, texts)}</p>
      ))}
    </VisuallyHidden>
  );
}
