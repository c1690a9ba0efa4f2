import { Alert } from "@mantine/core";
import { useHub } from "../hub-context.js";
import { routeHash } from "../route.js";

/** A session that this page has just ended. */
export interface EndedSession {
  readonly id: string;
  readonly name: string;
}

/** Says that the data are safe, and leads to what is usually done next. */
export function EndedNotice({ ended, onDismiss }: { readonly ended: EndedSession; readonly onDismiss: () => void }) {
  const { texts } = useHub();
  return (
    <Alert
      color="teal"
      variant="light"
      role="status"
      title={`✓ ${texts.record.ended(ended.name)}`}
      withCloseButton
      closeButtonLabel={texts.errors.dismiss}
      onClose={onDismiss}
    >
      <a href={routeHash({ view: "sessions", session: ended.id })}>{texts.record.endedNext}</a>
    </Alert>
  );
}
